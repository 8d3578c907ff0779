import { existsSync } from "node:fs";
import { appendFile, readFile } from "node:fs/promises";
import Type from "typebox";
import { Value } from "typebox/value";

const count = Type.Integer({ minimum: 0 });
const share = Type.Number({ minimum: 0, maximum: 1 });

/** The result of one training: a line of `trainer/research/experiments/results.jsonl`. */
const RowSchema = Type.Object(
  {
    date: Type.String(),
    commit: Type.String(),
    machine: Type.String(),
    /** The number of training processes. */
    workers: count,
    plan: Type.String(),
    name: Type.String(),
    preset: Type.String(),
    set: Type.Record(Type.String(), Type.Unknown()),
    /** Identifies the preset, its changes and the teacher's files (see `recipeHash`). */
    recipe: Type.String(),
    /** The recipe that this one is compared with. */
    baseline: Type.String(),
    /**
     * Identifies the corpus and the limit. Rows with the same data and fold have the same
     * validation reviews.
     */
    data: Type.String(),
    fold: count,
    seed: count,
    trained: count,
    validated: count,
    /** The epoch that validation chose, as training does. */
    epoch: count,
    /** Of the published graph on the validation reviews, with its temperature. */
    accuracy: share,
    ece: share,
    /** The wall time of training only. */
    minutes: Type.Number({ minimum: 0 }),
    /** The number of weights in the model, with the embedding table. */
    parameters: count,
    /** Of the published graph. */
    bytes: count,
    /** Texts per second, encoded and scored by it one at a time on one core. */
    reviewsPerSecond: Type.Number({ minimum: 0 }),
  },
  { additionalProperties: false },
);

export type Row = Type.Static<typeof RowSchema>;

/** Whether two rows, or a row and a run, are the same training. */
export const sameRun = (a: RunKey, b: RunKey): boolean =>
  a.recipe === b.recipe && a.data === b.data && a.fold === b.fold && a.seed === b.seed;

export type RunKey = Pick<Row, "recipe" | "data" | "fold" | "seed">;

/**
 * The rows of a file; none if it does not exist.
 * @throws Error that names the line and the wrong fields
 */
export async function readRows(file: string): Promise<Row[]> {
  if (!existsSync(file)) return [];
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line, i) => {
    const value: unknown = JSON.parse(line);
    if (Value.Check(RowSchema, value)) return value;
    const faults = Value.Errors(RowSchema, value).map((e) => `${e.instancePath || "/"} ${e.message}`);
    throw new Error(`${file}: line ${i + 1}: ${faults.join("; ")}`);
  });
}

export const appendRow = (file: string, row: Row): Promise<void> =>
  appendFile(file, `${JSON.stringify(row)}\n`);
