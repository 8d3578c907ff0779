/** The n-grams of eld's detector: their scores by the number of the language. */
type Ngrams = Readonly<Record<string, Readonly<Record<number, number>>>>;

const HEADER = 2; // uint32: n-grams, bytes per n-gram

/**
 * Packs the n-grams into one block of bytes:
 *
 *   header │ the end of each n-gram's scores (uint32) │ n-grams, sorted and zero-padded │ languages │ scores
 *
 * Numbers have the byte order of this machine, like the native libraries of the bundle.
 */
export function packNgrams(ngrams: Ngrams): Buffer {
  const keys = Object.keys(ngrams).sort();
  const width = Math.max(...keys.map(({ length }) => length));
  const scores = keys.map((key) => Object.entries(ngrams[key]!).map((pair) => pair.map(Number)));
  let end = 0;
  const numbers = Uint32Array.of(keys.length, width, ...scores.map(({ length }) => (end += length)));
  const text = Buffer.from(keys.map((key) => key.padEnd(width, "\0")).join(""), "latin1");
  const bytes = [0, 1].flatMap((part) => scores.flat().map((pair) => pair[part]!));
  return Buffer.concat([Buffer.from(numbers.buffer), text, Uint8Array.from(bytes)]);
}

/** The n-grams of a packed table. They can be looked up, and not listed. */
export function readNgrams(packed: Buffer): Ngrams {
  // A copy begins at a place that uint32 needs.
  const { buffer } = Uint8Array.from(packed);
  const [count, width] = new Uint32Array(buffer, 0, HEADER) as unknown as [number, number];
  const ends = new Uint32Array(buffer, 4 * HEADER, count);
  const keys = new Uint8Array(buffer, 4 * (HEADER + count), count * width);
  const scores = new Uint8Array(buffer, keys.byteOffset + keys.length);
  const total = scores.length / 2;

  const compare = (key: string, place: number): number => {
    for (let i = 0; i < width; i++) {
      // A zero in a text is no padding.
      const unit = i < key.length ? key.charCodeAt(i) || 256 : 0;
      const difference = unit - keys[place * width + i]!;
      if (difference !== 0) return difference;
    }
    return key.length - Math.min(key.length, width);
  };
  const find = (key: string): number | undefined => {
    let [low, high] = [0, count - 1];
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = compare(key, middle);
      if (order === 0) return middle;
      if (order < 0) high = middle - 1;
      else low = middle + 1;
    }
    return undefined;
  };
  return new Proxy<Ngrams>(
    {},
    {
      get(_target, key) {
        const place = typeof key === "string" ? find(key) : undefined;
        if (place === undefined) return undefined;
        const found: Record<number, number> = {};
        for (let i = place === 0 ? 0 : ends[place - 1]!; i < ends[place]!; i++)
          found[scores[i]!] = scores[total + i]!;
        return found;
      },
    },
  );
}
