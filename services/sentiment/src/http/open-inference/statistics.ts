/** A number of requests, and the time that they took in nanoseconds. */
interface Total {
  count: number;
  ns: number;
}

/** The statistics of a model, in the format of Triton's statistics extension. */
export class Statistics {
  readonly #success: Total = { count: 0, ns: 0 };
  readonly #fail: Total = { count: 0, ns: 0 };
  #inferences = 0;
  #last = 0;

  /** Counts a request with `texts` texts that was answered after `ms` milliseconds. */
  succeeded(texts: number, ms: number): void {
    add(this.#success, ms);
    this.#inferences += texts;
    this.#last = Date.now();
  }

  /** Counts a request that failed after `ms` milliseconds. */
  failed(ms: number): void {
    add(this.#fail, ms);
  }

  toJSON() {
    return {
      last_inference: this.#last,
      inference_count: this.#inferences,
      execution_count: this.#success.count,
      inference_stats: { success: this.#success, fail: this.#fail },
    };
  }
}

function add(total: Total, ms: number): void {
  total.count += 1;
  total.ns += Math.round(ms * 1e6);
}
