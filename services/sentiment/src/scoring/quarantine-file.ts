import { randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import Type from "typebox";
import { Compile } from "typebox/compile";

const Key = Type.String({ pattern: "^[A-Za-z0-9+/]{43}=$" }); // SHA-256 in base64
const closed = { additionalProperties: false };
/** A text that was under way when processes died; `until`: milliseconds since 1970. */
const Suspect = Type.Object({ deaths: Type.Integer({ minimum: 1 }), until: Type.Number() }, closed);
export type Suspect = Type.Static<typeof Suspect>;

const ContentSchema = Type.Object(
  {
    version: Type.Literal(1),
    /** Until when a text is refused. */
    entries: Type.Record(Key, Type.Number(), closed),
    suspects: Type.Record(Key, Suspect, closed),
  },
  closed,
);
type Content = Omit<Type.Static<typeof ContentSchema>, "version">;
const Content = Compile(ContentSchema);
/** Far above what CAPACITY entries take. */
const MAX_BYTES = 4_194_304;

/**
 * The quarantine on the disk: hashes with their times, never a text. It is small and seldom written
 * (each entry cost two workers), so it is written as a whole, at once: the process may be about to
 * die.
 */
export class QuarantineFile {
  readonly #file: string;
  readonly #warn: (message: string) => void;
  #seen = "";

  constructor(file: string, warn: (message: string) => void) {
    this.#file = file;
    this.#warn = (message) => warn(`QUARANTINE_FILE: ${file} ${message}`);
  }

  /** The entries, if the file is another than the one that was read or written last. */
  readIfChanged(): Content | undefined {
    try {
      const text = this.#readText();
      if (text === undefined) return undefined;
      const content: unknown = JSON.parse(text);
      if (!Content.Check(content)) throw new Error("it has another format");
      return content;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT")
        this.#warn(`is ignored: ${error instanceof SyntaxError ? "it is no JSON" : reasonOf(error)}.`);
      return undefined;
    }
  }

  /** Replaces the file: a reader finds the old one or the new one. */
  write(content: Content): void {
    const fresh = `${this.#file}.${randomUUID()}`;
    try {
      const text = JSON.stringify({ version: 1, ...content });
      writeFileSync(fresh, text, { flag: "wx", mode: 0o600 });
      renameSync(fresh, this.#file);
    } catch (error) {
      rmSync(fresh, { force: true });
      this.#warn(
        `cannot be written: ${reasonOf(error)}. Quarantined texts are remembered until this process ends.`,
      );
    }
  }

  #readText(): string | undefined {
    // Without O_NONBLOCK a FIFO without a writer would block the service.
    const handle = openSync(this.#file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(handle, { bigint: true });
      const version = `${stat.ino} ${stat.mtimeNs} ${stat.size}`;
      if (version === this.#seen) return undefined;
      this.#seen = version; // an invalid file is reported once
      if (!stat.isFile() || stat.size > MAX_BYTES) throw new Error("it is no file of at most 4 MiB");
      return readFileSync(handle, "utf8");
    } finally {
      closeSync(handle);
    }
  }
}

/** The cause without the path, which stands in the sentence already. */
function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
}
