import { readFile, rename, writeFile } from "node:fs/promises";
import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";

/**
 * How far a command has come, in a file beside the one it works on. It is replaced whole, so a kill
 * leaves the old one or the new one.
 */
export class Checkpoint<S extends TSchema> {
  readonly file: string;
  readonly #schema: S;

  constructor(file: string, schema: S) {
    this.file = file;
    this.#schema = schema;
  }

  /** What a former run has left, if the command may go on with it. @throws Error when it may not */
  async read(resume: boolean): Promise<Static<S> | undefined> {
    const text = await readFile(this.file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    if (!resume)
      throw new Error(
        `${this.file}: a stopped run exists. Continue it with --resume, or remove this file to start again.`,
      );
    const value = parsed(text);
    if (!Value.Check(this.#schema, value))
      throw new Error(
        `${this.file}: expected the progress of a run of this command and version, found something else. ` +
          "Finish with the version that began it, or remove this file to begin anew.",
      );
    return value as Static<S>;
  }

  async write(value: Static<S>): Promise<void> {
    await writeFile(`${this.file}.new`, JSON.stringify(value), { flush: true });
    await rename(`${this.file}.new`, this.file);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
