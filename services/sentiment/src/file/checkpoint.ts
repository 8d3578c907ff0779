import { createHash, type Hash, randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { open, rename, rm, writeFile } from "node:fs/promises";
import Type from "typebox";
import { Value } from "typebox/value";
import type { TableRow } from "../table/rows.ts";

const PartialFile = Type.Object({
  name: Type.String({ pattern: "^\\.[^/\\\\\\0]+\\.[0-9a-f]{16}\\.partial$" }),
  bytes: Type.Integer({ minimum: 0 }),
});

/**
 * The progress of a run: all rows up to here are in its output files. What the files have after
 * them is cut off when the run is resumed.
 */
const Checkpoint = Type.Object({
  setup: Type.Record(Type.String(), Type.String(), { description: "See run-setup.ts." }),
  rows: Type.Integer({ minimum: 0 }),
  reasons: Type.Record(Type.String(), Type.Integer({ minimum: 1 })),
  rowsSha256: Type.String({ description: "Of the rows as they were read: another input is noticed." }),
  out: PartialFile,
  errors: Type.Optional(PartialFile),
});
export type Checkpoint = Type.Static<typeof Checkpoint>;

/** The members that the checkpoints of all versions have in common. */
const OtherVersion = Type.Object({ rows: Type.Integer(), rowsSha256: Type.String() });

/** The checkpoint is beside the output until the run has ended. */
export const checkpointFile = (out: string) => `${out}.progress`;

export async function readCheckpoint(out: string): Promise<Checkpoint | undefined> {
  const file = checkpointFile(out);
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error.code === "ELOOP" ? unexpected(file) : error;
    },
  );
  if (handle === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(await handle.readFile("utf8"));
    if (Value.Check(Checkpoint, value)) return value;
    if (Value.Check(OtherVersion, value)) throw otherVersion(file);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  } finally {
    await handle.close();
  }
  throw unexpected(file);
}

function unexpected(file: string): Error {
  return new Error(`${file}: expected the progress of a run, found something else; remove it`);
}

function otherVersion(file: string): Error {
  return new Error(
    `${file}: the stopped run was begun by another version of this program, whose result columns may differ. ` +
      "Finish it with that version, or remove this file and run without --resume.",
  );
}

/** The file is replaced as a whole, so a kill leaves the old checkpoint or the new one. */
export async function writeCheckpoint(out: string, checkpoint: Checkpoint): Promise<void> {
  const file = checkpointFile(out);
  const fresh = `${file}.${randomBytes(8).toString("hex")}`;
  await writeFile(fresh, JSON.stringify(checkpoint), { flush: true, flag: "wx" });
  await rename(fresh, file);
}

export async function removeCheckpoint(out: string): Promise<void> {
  await rm(checkpointFile(out), { force: true });
}

/** A running SHA-256 of the rows: each row as it was read, and a line end. */
export class RowsHash {
  readonly #hash: Hash = createHash("sha256");

  add({ record }: TableRow): void {
    this.#hash.update(`${record.raw}\n`);
  }

  get digest(): string {
    return this.#hash.copy().digest("hex");
  }
}

/**
 * Leaves out the rows that the stopped run has written, after checking that they are the same rows.
 */
export async function* afterCheckpoint(
  chunks: AsyncIterable<TableRow[]>,
  { rows, rowsSha256 }: Pick<Checkpoint, "rows" | "rowsSha256">,
  hash: RowsHash,
): AsyncGenerator<TableRow[]> {
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
