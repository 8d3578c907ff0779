import { UNKNOWN } from "./vocabulary.ts";

/**
 * A hash table from words to ids. A word is looked up as a slice of a text, without making a string.
 * It uses open addressing with linear probing (Knuth, volume 3, 6.4, algorithm L) and is at most half
 * full. The hash is 32-bit FNV-1a over UTF-16 units.
 */
export class WordTable {
  /** The UTF-16 units of all words, one after the other. */
  readonly #units: Uint16Array;
  /** The offset in `units` at which the word of an id begins. It ends where the next one begins. */
  readonly #starts: Int32Array;
  /** The ids by hash; 0 means an empty slot. */
  readonly #slots: Int32Array;
  readonly #mask: number;

  /** @param words the words in id order; those before `first` are never found */
  constructor(words: readonly string[], first: number) {
    this.#starts = new Int32Array(words.length + 1);
    for (const [id, word] of words.entries()) this.#starts[id + 1] = this.#starts[id]! + word.length;
    this.#units = new Uint16Array(this.#starts[words.length]!);
    const slots = 2 ** Math.ceil(Math.log2(2 * words.length + 1));
    this.#slots = new Int32Array(slots);
    this.#mask = slots - 1;
    for (const [id, word] of words.entries()) {
      for (let i = 0; i < word.length; i++) this.#units[this.#starts[id]! + i] = word.charCodeAt(i);
      if (id >= first) this.#slots[this.#slotOf(word, 0, word.length)] = id;
    }
  }

  /** The id of `text.slice(start, end)`, or that of the unknown word. */
  id(text: string, start: number, end: number): number {
    return this.#slots[this.#slotOf(text, start, end)]! || UNKNOWN;
  }

  /** The slot of the word, or the empty slot into which it would go. */
  #slotOf(text: string, start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    let slot = (hash ^ (hash >>> 15)) & this.#mask;
    for (;;) {
      const id = this.#slots[slot]!;
      if (id === 0 || this.#is(id, text, start, end)) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }

  #is(id: number, text: string, start: number, end: number): boolean {
    const from = this.#starts[id]!;
    if (this.#starts[id + 1]! - from !== end - start) return false;
    for (let i = start; i < end; i++) if (this.#units[from + i - start] !== text.charCodeAt(i)) return false;
    return true;
  }
}
