/** A body of at most this size may use the reserved part of the budget. */
const SMALL_BYTES = 262_144;
/**
 * The part of the budget that only small requests may use, so that large bodies cannot block them.
 */
const RESERVED = 1 / 4;

/** The memory of all requests and answers of one process, with one limit. */
export class ByteBudget {
  readonly limit: number;
  #used = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  /** Whether a request of `size` bytes, received or declared, may hold `more` bytes. */
  hasRoom(more: number, size = more): boolean {
    const limit = size <= SMALL_BYTES ? this.limit : this.limit * (1 - RESERVED);
    return this.#used + more <= limit;
  }

  take(bytes: number): void {
    this.#used += bytes;
  }

  giveBack(bytes: number): void {
    this.#used -= bytes;
  }
}
