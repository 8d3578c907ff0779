/**
 * Compares an epoch of the article's network in this trainer and in PyTorch, alternating in one run:
 *
 *     node --import tsx test/bench/train.ts --peer torch_train.py --python PYTHON --corpus FILE \
 *       [--rounds 3] [--steps 8]
 *
 * `padded`: every review has 500 ids, as in the article. `lengths`: the corpus' own lengths (at most
 * 500) in batches by length. Both against the peer's step of 64 x 500.
 */
import { execFileSync } from "node:child_process";
import os from "node:os";
import { parseArgs } from "node:util";
import { tokenize } from "@undertone/models";
import { readCorpus } from "../../trainer/src/data/corpus.ts";
import { newTrainingState } from "../../trainer/src/fit/checkpoint.ts";
import { type Examples, fit } from "../../trainer/src/fit/fit.ts";
import { WorkerPool } from "../../trainer/src/fit/worker-pool.ts";
import { initialParameters, parameterList } from "../../trainer/src/model/parameters.ts";
import { readPreset } from "../../trainer/src/preset.ts";
import { generator, shuffle } from "../../trainer/src/random.ts";

const WORDS = 46_000;
const EPOCH = 25_000;
const WARM_UP = 2;

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: { peer: text, python: text, corpus: text, rounds: text, steps: text },
});
const { peer, python = "python3", corpus } = values;
if (!peer || !corpus) throw new Error("--peer and --corpus are needed");
const [rounds, steps] = [Number(values.rounds ?? 3), Number(values.steps ?? 8)];

const article = await readPreset("article");
const architecture = { ...article.network, embedding: 100, thresholds: 1 };
const random = generator(1);
const table = Float32Array.from({ length: WORDS * 100 }, () => random() - 0.5);
const parameters = initialParameters(parameterList(architecture), 0);
const pool = new WorkerPool(os.availableParallelism());
await pool.tell({ kind: "start", architecture, table });

const reviews = (
  await readCorpus(corpus, { ratingColumn: "rating", textColumn: "review_text", positiveAbove: 3 })
).rows;
const lengths = shuffle(reviews, 1).map((r) => Math.min(500, tokenize(r.text, { rules: "article" }).length));

/** The seconds of an epoch of 25,000 reviews, from the steps after the first two. */
async function ours(lengthOf: (row: number) => number, byLength: boolean): Promise<number> {
  const size = 64 * (steps + WARM_UP);
  const ids = Array.from({ length: size }, (_, i) =>
    Int32Array.from({ length: lengthOf(i) }, () => 2 + Math.floor(random() * (WORDS - 2))),
  );
  const train: Examples = {
    ids,
    readOnce: 0,
    targets: Float32Array.from(ids, (_, i) => i % 2),
    weights: new Float32Array(ids.length).fill(1),
  };
  const ends: number[] = [];
  await fit(newTrainingState({ parameters: parameters.slice(), table, ngrams: new Float32Array(0) }), {
    preset: { ...article, epochs: 1, batches: { ...article.batches, byLength } },
    pool,
    train,
    validation: { ids: ids.slice(0, 1), labels: [0], ratings: [1], domains: ["films"], neutral: null },
    middle: 0,
    layout: undefined,
    onStep: () => ends.push(performance.now()),
    onEpoch: async () => undefined,
  });
  return ((ends.at(-1)! - ends[WARM_UP - 1]!) / 1000 / (64 * steps)) * EPOCH;
}

function torch(): number {
  const output = execFileSync(python, [peer!, "--length", "500", "--steps", String(steps)], {
    encoding: "utf8",
  });
  return (JSON.parse(output) as { epoch_25000_s: number }).epoch_25000_s;
}

const median = (list: number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;
const seconds: Record<"torch" | "padded" | "lengths", number[]> = { torch: [], padded: [], lengths: [] };
for (let round = 0; round < rounds; round++) {
  seconds.torch.push(torch());
  seconds.padded.push(await ours(() => 500, false));
  seconds.lengths.push(await ours((row) => lengths[row % lengths.length]!, true));
}
pool.close();

const commit = execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
console.log(`${os.cpus()[0]?.model}, ${os.cpus().length} cores, Node ${process.version}, commit ${commit}`);
const base = median(seconds.torch);
for (const [name, list] of Object.entries(seconds)) {
  console.log(
    `${name}: ${median(list).toFixed(0)} s an epoch, ${(median(list) / base).toFixed(2)} of PyTorch's`,
  );
}
