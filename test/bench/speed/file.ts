import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { environment, type Row } from "./bench.ts";
import { bestCandidate, openCeiling } from "./ceiling.ts";
import { median } from "./statistics.ts";
import { fixed } from "./table.ts";

/** `npm run score -- FILE --out FILE`, alternating with the ceiling on the same texts. */
export const file: Row = async (bench) => {
  const { artifact, cores, size } = bench;
  const all = bench.texts.texts;
  const texts = Array.from({ length: size.fileRows }, (_, i) => all[i % all.length]!);
  const { best } = await bestCandidate(artifact, all.slice(0, Math.ceil(all.length / 4)), cores, size.rounds);
  const ceiling = await openCeiling(artifact, texts, best, cores);
  const folder = await mkdtemp(path.join(os.tmpdir(), "undertone-score-"));
  const [input, out] = [path.join(folder, "reviews.csv"), path.join(folder, "scored.csv")];
  await writeFile(
    input,
    ["review_text", ...texts.map((text) => `"${text.replaceAll('"', '""')}"`)].join("\n"),
  );
  const shares = { whole: [] as number[], own: [] as number[] };
  const rates = { whole: [] as number[], own: [] as number[], ceiling: [] as number[] };
  try {
    for (let round = 0; round < Math.min(3, size.rounds); round++) {
      const { rate } = await ceiling.round();
      const start = performance.now();
      const { stderr } = await promisify(execFile)(
        process.execPath,
        ["--import", "tsx", "services/sentiment/src/main.ts", "score", input, "--out", out],
        { env: { ...process.env, ...environment(bench), WORKERS: String(cores), EXECUTION_PROVIDER: "cpu" } },
      );
      const whole = texts.length / ((performance.now() - start) / 1000);
      const own = Number(/([\d.]+) rows\/s\s*$/.exec(stderr)![1]);
      rates.ceiling.push(rate);
      rates.whole.push(whole);
      rates.own.push(own);
      shares.whole.push(whole / rate);
      shares.own.push(own / rate);
      bench.say(`file: ceiling ${fixed(rate)}, own ${fixed(own)}, with the start ${fixed(whole)} rows/s`);
    }
  } finally {
    await ceiling.close();
    await rm(folder, { recursive: true });
  }
  return [
    {
      title: "A file",
      note: `\`score reviews.csv --out scored.csv\`, ${texts.length} rows, by turns with the ceiling.`,
      header: ["", "reviews/s", "ratio"],
      rows: [
        [`ceiling: ${ceiling.name}`, fixed(median(rates.ceiling)), "1"],
        ["rows/s the command prints", fixed(median(rates.own)), fixed(median(shares.own), 3)],
        ["whole process, start included", fixed(median(rates.whole)), fixed(median(shares.whole), 3)],
      ],
    },
  ];
};
