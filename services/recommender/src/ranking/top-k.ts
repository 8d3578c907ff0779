/**
 * Keeps the `size` largest of many values. Of equal values it prefers the smaller index. It is a
 * binary heap with the worst kept entry at its root, so most candidates cost one comparison.
 */
export class TopK {
  readonly #size: number;
  readonly #indices: Int32Array;
  readonly #values: Float64Array;
  #length = 0;

  constructor(size: number) {
    this.#size = size;
    this.#indices = new Int32Array(size);
    this.#values = new Float64Array(size);
  }

  /** False if `push` would drop this value whatever its index is. */
  admits(value: number): boolean {
    return this.#length < this.#size || (this.#size > 0 && value >= this.#values[0]!);
  }

  push(index: number, value: number): void {
    if (this.#length < this.#size) {
      this.#indices[this.#length] = index;
      this.#values[this.#length] = value;
      this.#rise(this.#length++);
    } else if (this.#size > 0 && this.#isWorseThan(index, value)) {
      this.#indices[0] = index;
      this.#values[0] = value;
      this.#sink();
    }
  }

  /** Empties the heap and visits its entries, the best first (the second half of a heapsort). */
  drain(visit: (index: number, value: number) => void): void {
    const length = this.#length;
    while (this.#length > 1) {
      this.#swap(0, --this.#length);
      this.#sink();
    }
    this.#length = 0;
    for (let i = 0; i < length; i++) visit(this.#indices[i]!, this.#values[i]!);
  }

  /** Whether the root of the heap is worse than the given entry. */
  #isWorseThan(index: number, value: number): boolean {
    return this.#values[0]! < value || (this.#values[0] === value && this.#indices[0]! > index);
  }

  #isWorse(a: number, b: number): boolean {
    const [x, y] = [this.#values[a]!, this.#values[b]!];
    return x < y || (x === y && this.#indices[a]! > this.#indices[b]!);
  }

  #swap(a: number, b: number): void {
    const [index, value] = [this.#indices[a]!, this.#values[a]!];
    this.#indices[a] = this.#indices[b]!;
    this.#values[a] = this.#values[b]!;
    this.#indices[b] = index;
    this.#values[b] = value;
  }

  #rise(from: number): void {
    for (let i = from; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!this.#isWorse(i, parent)) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  #sink(): void {
    for (let i = 0; ; ) {
      let worst = 2 * i + 1;
      if (worst >= this.#length) return;
      if (worst + 1 < this.#length && this.#isWorse(worst + 1, worst)) worst++;
      if (this.#isWorse(i, worst)) return;
      this.#swap(i, worst);
      i = worst;
    }
  }
}
