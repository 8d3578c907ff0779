import { createHash } from "node:crypto";
import { normalize } from "./normalize.ts";
import { PROBES } from "./probes.ts";
import { scan } from "./scan.ts";
import { type EncoderSettings, SPECIAL_WORDS, UNKNOWN, type Vocabulary } from "./vocabulary.ts";

export interface Encoded {
  /** int32 `[scored]`, or `[maximumLength]` zero-padded with `fixedLength`. */
  ids: Int32Array;
  /** Tokens in the text. */
  total: number;
  /** Tokens kept. */
  scored: number;
  /** Kept tokens that are in the vocabulary. */
  known: number;
  /** Kept known tokens that hold a letter or a digit; a text without any cannot be scored. */
  words: number;
  truncated: boolean;
}

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** Turns texts into ids by one vocabulary; the same text always gives the same ids. */
export class Encoder {
  readonly settings: EncoderSettings;
  /** sha256 (hex) of what this encoder does to fixed probe texts: other rules or words give another one. */
  readonly fingerprint: string;
  readonly #ids: Map<string, number>;
  readonly #isWord: Uint8Array;
  #buffer = new Int32Array(1024);

  constructor({ settings, words }: Vocabulary) {
    this.settings = settings;
    const special = SPECIAL_WORDS.length;
    this.#ids = new Map(words.slice(special).map((word, i) => [word, i + special]));
    this.#isWord = Uint8Array.from(words, (word, id) => Number(id >= special && LETTER_OR_DIGIT.test(word)));
    const seen = PROBES.map((text) => ({ ...this.encode(text), ids: [...this.encode(text).ids] }));
    this.fingerprint = createHash("sha256").update(JSON.stringify([settings, words.length, seen])).digest("hex");
  }

  /** Total over any string; linear in its length. */
  encode(text: string): Encoded {
    const normalized = normalize(text, this.settings.rules);
    const ids = this.#ids;
    let buffer = this.#buffer;
    let total = 0;
    scan(normalized, this.settings.rules, (start, end) => {
      if (total === buffer.length) buffer = grow(buffer);
      buffer[total++] = ids.get(normalized.slice(start, end)) ?? UNKNOWN;
    });
    this.#buffer = buffer.length > 65_536 ? new Int32Array(1024) : buffer;
    return this.#keep(buffer, total);
  }

  #keep(all: Int32Array, total: number): Encoded {
    const { maximumLength, truncation, fixedLength } = this.settings;
    const scored = Math.min(total, maximumLength);
    const head = truncation === "start" || total <= maximumLength ? scored : Math.ceil(maximumLength / 2);
    const ids = new Int32Array(fixedLength ? maximumLength : scored);
    ids.set(all.subarray(0, head));
    if (head < scored) ids.set(all.subarray(total - (scored - head), total), head);
    let known = 0;
    let words = 0;
    for (let i = 0; i < scored; i++) {
      if (ids[i]! > UNKNOWN) known++;
      words += this.#isWord[ids[i]!]!;
    }
    return { ids, total, scored, known, words, truncated: scored < total };
  }
}

function grow(buffer: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(buffer.length * 2);
  larger.set(buffer);
  return larger;
}
