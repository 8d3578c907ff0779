import { createHash, type Hash } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import Type from "typebox";
import { Value } from "typebox/value";
import type { FileRow } from "./format.ts";

/** How far a run has come: everything up to here is in its files, whatever stands after it is not counted. */
const Checkpoint = Type.Object({
  model: Type.String(),
  rows: Type.Integer({ minimum: 0 }),
  failed: Type.Integer({ minimum: 0 }),
  rowsSha256: Type.String({ description: "Of the rows as they were read: another input is noticed." }),
  outBytes: Type.Integer({ minimum: 0 }),
  errorsBytes: Type.Integer({ minimum: 0 }),
});
export type Checkpoint = Type.Static<typeof Checkpoint>;

/** Stands beside the output until the run has ended. */
export const checkpointFile = (out: string) => `${out}.progress`;

export async function readCheckpoint(out: string): Promise<Checkpoint | undefined> {
  const file = checkpointFile(out);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const value: unknown = JSON.parse(text);
  if (!Value.Check(Checkpoint, value))
    throw new Error(`${file}: expected the progress of a run, found another`);
  return value;
}

/** Replaced whole: a kill leaves the old one or the new one. */
export async function writeCheckpoint(out: string, checkpoint: Checkpoint): Promise<void> {
  const file = checkpointFile(out);
  await writeFile(`${file}.new`, JSON.stringify(checkpoint), { flush: true });
  await rename(`${file}.new`, file);
}

export async function removeCheckpoint(out: string): Promise<void> {
  await rm(checkpointFile(out), { force: true });
}

/** The rows' running hash: sha256 over each row as read and a line end. */
export class RowsHash {
  readonly #hash: Hash = createHash("sha256");

  add(row: FileRow): void {
    this.#hash.update(`${row.raw}\n`);
  }

  get digest(): string {
    return this.#hash.copy().digest("hex");
  }
}

/** Leaves out the rows a former run has written, after making sure that they are the same rows. */
export async function* afterCheckpoint(
  chunks: AsyncIterable<FileRow[]>,
  { rows, rowsSha256 }: Pick<Checkpoint, "rows" | "rowsSha256">,
  hash: RowsHash,
): AsyncGenerator<FileRow[]> {
  let left = rows;
  for await (const chunk of chunks) {
    const known = chunk.splice(0, left);
    for (const row of known) hash.add(row);
    left -= known.length;
    if (left === 0 && known.length > 0 && hash.digest !== rowsSha256) throw new Error(OTHER_INPUT);
    if (chunk.length > 0) yield chunk;
  }
  if (left > 0) throw new Error(OTHER_INPUT);
}

const OTHER_INPUT = "--resume: the input does not begin with the rows that were scored before";
