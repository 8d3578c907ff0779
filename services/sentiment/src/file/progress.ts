import { SingleBar } from "cli-progress";
import type { Input } from "./input.ts";

/** Rows, rate and time left, on standard error if that is a terminal. */
export class Progress {
  readonly #input: Input;
  readonly #bar: SingleBar | undefined;
  readonly #start = performance.now();
  #rows = 0;

  constructor(input: Input) {
    this.#input = input;
    if (!process.stderr.isTTY) return;
    const format = input.size
      ? "{bar} {percentage} % | {rows} rows | {rate} rows/s | {eta_formatted} left"
      : "{rows} rows | {rate} rows/s | {duration_formatted}";
    this.#bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, etaBuffer: 50 });
    this.#bar.start(input.size || 1, 0, { rows: 0, rate: 0 });
  }

  /**
   * `rows` is the number of written rows, `read` that of read rows. The difference is subtracted
   * from the bytes that were read.
   */
  update(rows: number, read: number): void {
    this.#rows = rows;
    const bytes = Math.round((this.#input.read() * rows) / Math.max(read, 1));
    this.#bar?.update(bytes, { rows, rate: this.rate.toFixed(0) });
  }

  /** Rows per second since the start. */
  get rate(): number {
    return (this.#rows / Math.max(performance.now() - this.#start, 1)) * 1000;
  }

  stop(): void {
    this.#bar?.stop();
  }
}
