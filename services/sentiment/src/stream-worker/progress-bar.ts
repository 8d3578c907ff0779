import { SingleBar } from "cli-progress";

/** A progress bar on standard error, if that is a terminal. Without a total it shows a count. */
export class ProgressBar {
  readonly #bar: SingleBar | undefined;
  readonly #start = performance.now();
  #done = 0;

  constructor(unit: string, total: number) {
    if (!process.stderr.isTTY) return;
    const format = `{bar} {percentage} % | {done} ${unit} | {rate} ${unit}/s | {eta_formatted} left`;
    this.#bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, etaBuffer: 50 });
    this.#bar.start(Math.max(total, 1), 0, { done: 0, rate: 0 });
  }

  /**
   * `value` of `total` positions the bar. It may differ from the count, for example if the total is
   * in bytes.
   */
  update(value: number, done: number): void {
    this.#done = done;
    this.#bar?.update(value, { done, rate: this.rate.toFixed(0) });
  }

  setTotal(total: number): void {
    this.#bar?.setTotal(Math.max(total, 1));
  }

  /** The rate per second since the start. */
  get rate(): number {
    return (this.#done / Math.max(performance.now() - this.#start, 1)) * 1000;
  }

  stop(): void {
    this.#bar?.stop();
  }
}
