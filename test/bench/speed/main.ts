/** Section by section, the service against the limit of its cores: `npm run bench -- --help`. */
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import os, { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { readArtifact } from "@undertone/models";
import { only } from "../../helpers/only.ts";
import { writeSection } from "../results.ts";
import { article } from "./article.ts";
import { FULL, QUICK, type Row } from "./bench.ts";
import { cold } from "./cold.ts";
import { file } from "./file.ts";
import { latency } from "./latency.ts";
import { linear } from "./linear.ts";
import { LoadGenerator } from "./load.ts";
import { markdownOf, type Part } from "./table.ts";
import { FIXTURE, readBenchTexts } from "./texts.ts";
import { throughput } from "./throughput.ts";

const ROWS: Record<string, Row> = { throughput, article, latency, cold, file, linear };
const HELP = `npm run bench -- [options]

  --only NAMES    parts: ${Object.keys(ROWS).join(",")}; only a run of all parts writes the results file
  --quick         takes seconds and only shows that the benchmark works; writes nothing
  --model DIR     default models/reviews-bilstm
  --corpus FILE   reviews (column review_text); default ../shared/data/imdb-test.csv.gz, else fixture texts
  --python FILE   a Python with torch, fastapi and uvicorn, for the peer; without it the peer is skipped
  --peer FILE     default ../shared/peers/torch_fastapi.py
  --json          print one JSON document
`;

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const { values } = parseArgs({
  options: {
    only: text,
    quick: flag,
    model: text,
    corpus: text,
    python: text,
    peer: text,
    json: flag,
    help: flag,
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const names = only(values.only, Object.keys(ROWS));

const size = values.quick ? QUICK : FULL;
const modelDir = values.model ?? "models/reviews-bilstm";
const artifact = await readArtifact(modelDir);
const texts = await readBenchTexts(
  artifact.encoder,
  values.corpus ?? (values.quick ? FIXTURE : undefined),
  size.texts,
);
// An exit runs the handlers that kill the started processes. The default action of a signal does not.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
const load = new LoadGenerator();
const loadBefore = os.loadavg()[0]!;
const start = performance.now();
const parts: Part[] = [];
try {
  const { python } = values;
  const program = values.peer ?? "../shared/peers/torch_fastapi.py";
  const peer = python === undefined ? undefined : { python, program };
  const bench = {
    artifact,
    modelDir,
    texts,
    size,
    cores: availableParallelism(),
    load,
    peer,
    say: console.error,
  };
  for (const name of names) parts.push(...(await ROWS[name]!(bench)));
} finally {
  load.close();
}

const { name, version } = artifact.manifest;
const onnxruntime = createRequire(import.meta.url)("onnxruntime-node/package.json") as { version: string };
const about = {
  machine: `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} cores`,
  "load average": `${loadBefore.toFixed(1)} before the run`,
  commit: execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim(),
  model: `${name} ${version}`,
  node: process.version,
  onnxruntime: onnxruntime.version,
  texts: texts.source,
  seconds: Math.round((performance.now() - start) / 1000),
};
const command = `npm run bench -- ${process.argv
  .slice(2)
  .map((word) => (word.startsWith("/") ? "PATH" : word))
  .join(" ")}`.trim();
const markdown = [
  "## Speed",
  `\`${command}\`: ${Object.entries(about)
    .map(([key, value]) => `${key} ${value}`)
    .join("; ")}.`,
  ...parts.map(markdownOf),
].join("\n\n");
console.log(values.json ? JSON.stringify({ about, parts }, null, 2) : markdown);
if (!values.quick && values.only === undefined) await writeSection("speed", markdown);
