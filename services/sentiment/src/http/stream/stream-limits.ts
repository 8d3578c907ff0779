import { Problem, unpackedWithin } from "@undertone/base";

/** The most bytes of blank lines, or of a line without an end, in any stream. */
const FREE_BYTES = 1_048_576;
/** The most lines of a compressed stream. A larger stream may have one line per compressed byte. */
const FREE_LINES = 100_000;
/** After this many faulty lines in a row, the client evidently sends something else than items. */
const FAULTS_IN_A_ROW = 1_000;
const NEWLINE = 0x0a;

/**
 * The limits of a stream in relation to what its client sends. `packed` returns how many compressed
 * bytes have been decompressed. Every method throws a Problem when a limit is exceeded.
 */
export class StreamLimits {
  readonly #maxLength: number;
  readonly #packed: () => number | undefined;
  #unpacked = 0;
  #unanswered = 0; // bytes since the last line that gets an answer
  #unended = 0; // bytes since the last line end
  #faults = 0; // in a row

  constructor(maxLength: number, packed: () => number | undefined) {
    this.#maxLength = maxLength;
    this.#packed = packed;
  }

  takeBytes(chunk: Buffer): void {
    const blank = this.#unanswered - this.#unended;
    this.#unpacked += chunk.length;
    this.#unanswered += chunk.length;
    const end = chunk.lastIndexOf(NEWLINE);
    this.#unended = end < 0 ? this.#unended + chunk.length : chunk.length - end - 1;
    unpackedWithin(this.#unpacked, this.#packed());
    if (blank > FREE_BYTES || this.#unanswered > Math.max(FREE_BYTES, 4 * this.#maxLength))
      throw new Problem("body_too_large", `${this.#unanswered} bytes came without a line to answer.`);
  }

  /** `number`: the number of the last line that was read, blank lines included. */
  takeLines(number: number): void {
    this.#unanswered = 0;
    const packed = this.#packed();
    if (packed !== undefined && number > Math.max(FREE_LINES, packed))
      throw new Problem("body_too_large", "The body unpacks to more lines than it has bytes.");
  }

  takeRow(line: number, readable: boolean): void {
    this.#faults = readable ? 0 : this.#faults + 1;
    if (this.#faults <= FAULTS_IN_A_ROW) return;
    const detail = `${FAULTS_IN_A_ROW} lines in a row up to line ${line - 1} could not be read.`;
    throw new Problem("invalid_body", detail);
  }
}
