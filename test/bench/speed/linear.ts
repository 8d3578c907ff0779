import { environment, type Row } from "./bench.ts";
import { startService } from "./service.ts";
import { fixed, type Part } from "./table.ts";
import { textOfTokens } from "./texts.ts";

const TOKENS = [32, 128, 400, 2_000];
const BATCHES = [1, 16, 64, 256, 1_000];

/** Reviews/s by workers, tokens per review and reviews per request. */
export const linear: Row = async (bench) => {
  const { artifact, load, size, say } = bench;
  const rows: Part["rows"] = [];
  for (const workers of [1, 2]) {
    const us = await startService({ ...environment(bench), WORKERS: String(workers) });
    try {
      for (const tokens of TOKENS) {
        const text = textOfTokens(artifact.encoder, bench.texts.texts, tokens);
        const rates: string[] = [];
        for (const batch of BATCHES) {
          const { texts, wallMs, failed } = await load.run({
            url: `${us.url}/sentiment/batch`,
            texts: new Array<string>(batch).fill(text),
            batch,
            load: { kind: "closed", clients: batch === 1 ? 8 : 3 },
            forMs: size.cellMs,
          });
          if (failed > 0) throw new Error(`${failed} requests failed at ${tokens} tokens, batch ${batch}`);
          rates.push(fixed(texts / (wallMs / 1000)));
        }
        rows.push([workers, tokens, ...rates]);
        say(`linear: ${workers} workers, ${tokens} tokens: ${rates.join(" ")}`);
      }
    } finally {
      await us.close();
    }
  }
  const { maximumLength } = artifact.encoder.settings;
  return [
    {
      title: "Cost by size",
      note: [
        `reviews/s. The model reads at most ${maximumLength} tokens, half from each end: a longer text`,
        `costs its encoding and one inference of ${maximumLength}.`,
      ].join(" "),
      header: ["workers", "tokens", ...BATCHES.map((batch) => `batch ${batch}`)],
      rows,
    },
  ];
};
