import { createHash } from "node:crypto";
import { characterClass, WORD } from "./characters.ts";
import { normalize } from "./normalize.ts";
import { PROBES, REVIEW_PROBES } from "./probes.ts";
import { SILENT_CLASSES } from "./reviews/classes.ts";
import { foldStretched, foldsStretched } from "./reviews/stretched.ts";
import { scan } from "./scan.ts";
import { spans } from "./spans.ts";
import { type EncoderSettings, SPECIAL_WORDS, UNKNOWN, type Vocabulary } from "./vocabulary.ts";
import { WordTable } from "./word-table.ts";

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

/** Tokens that begin with a letter, and how many of these are in the vocabulary. */
export interface WordCount {
  words: number;
  known: number;
}

/** Ids of the tokens of one text. A buffer that a very long text needed is not kept. */
const SMALLEST_BUFFER = 1_024;
const LARGEST_BUFFER = 65_536;

/** A token of a text as it was written. */
export interface Located {
  start: number; // UTF-16 offset
  end: number; // exclusive
  id: number;
  /** Its place among the ids that are kept; nothing where it is cut. */
  place: number | undefined;
}

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** Turns texts into ids by one vocabulary; the same text always gives the same ids. */
export class Encoder {
  readonly settings: EncoderSettings;
  /**
   * sha256 (hex) of what this encoder does to fixed probe texts: other rules or words give another
   * one.
   */
  readonly fingerprint: string;
  readonly #table: WordTable;
  readonly #isWord: Uint8Array;
  readonly #foldsStretched: boolean;
  #buffer = new Int32Array(SMALLEST_BUFFER);

  constructor({ settings, words }: Vocabulary) {
    this.settings = settings;
    const special = SPECIAL_WORDS.length;
    this.#table = new WordTable(words, special);
    this.#isWord = Uint8Array.from(words, (word, id) => Number(id >= special && isWord(word)));
    this.#foldsStretched = foldsStretched(settings);
    const seen = [...PROBES, ...(settings.rules === "reviews" ? REVIEW_PROBES : [])].map((text) => ({
      ...this.encode(text),
      ids: [...this.encode(text).ids],
    }));
    this.fingerprint = createHash("sha256")
      .update(JSON.stringify([settings, words.length, seen]))
      .digest("hex");
  }

  /**
   * Total over any string; linear in its length.
   * @param count what `countWords` says of the text is added to it
   */
  encode(text: string, count?: WordCount): Encoded {
    const total = this.#read(text, count);
    const buffer = this.#buffer;
    const encoded = this.#keep(buffer, total);
    if (buffer.length > LARGEST_BUFFER) this.#buffer = new Int32Array(SMALLEST_BUFFER);
    return encoded;
  }

  /** Writes the ids of all tokens into the buffer, and returns their number. */
  #read(text: string, count: WordCount | undefined): number {
    const normalized = normalize(text, this.settings);
    const table = this.#table;
    let buffer = this.#buffer;
    let total = 0;
    scan(normalized, this.settings, (start, end, instead) => {
      if (total === buffer.length) buffer = grow(buffer);
      let id =
        instead === undefined ? table.id(normalized, start, end) : table.id(instead, 0, instead.length);
      if (id === UNKNOWN) id = this.#idOfStretched(normalized, start, end);
      buffer[total++] = id;
      if (count === undefined) return;
      if (instead === undefined && characterClass(normalized.codePointAt(start)!) !== WORD) return;
      count.words++;
      if (id !== UNKNOWN) count.known++;
    });
    this.#buffer = buffer;
    return total;
  }

  get vocabularySize(): number {
    return this.#isWord.length;
  }

  /**
   * How many of a text's tokens begin with a letter, and how many of these are in the vocabulary.
   */
  countWords(text: string): WordCount {
    const count = { words: 0, known: 0 };
    this.#read(text, count);
    return count;
  }

  /** The same, and every token's place in the text. Slower: it is for showing. */
  locate(text: string): { encoded: Encoded; tokens: Located[] } {
    const found = spans(text, this.settings);
    const ids = Int32Array.from(found, ({ token }) => this.idOf(token));
    const encoded = this.keep(ids);
    const cut = encoded.total - encoded.scored;
    const head = this.#head(encoded.total);
    const placeOf = (token: number) => (token < head ? token : token < head + cut ? undefined : token - cut);
    const tokens = found.map(({ start, end }, i) => ({ start, end, id: ids[i]!, place: placeOf(i) }));
    return { encoded, tokens };
  }

  /** The id of a token as `tokenize` gives it. */
  idOf(token: string): number {
    const id = this.#table.id(token, 0, token.length);
    return id === UNKNOWN ? this.#idOfStretched(token, 0, token.length) : id;
  }

  /** What is kept of a text. @param all the ids of all its tokens */
  keep(all: Int32Array): Encoded {
    return this.#keep(all, all.length);
  }

  /**
   * Some of a text's kept ids as the network reads them alone; where there is none, one unknown
   * word.
   */
  row(kept: Int32Array): Int32Array {
    const { maximumLength, fixedLength } = this.settings;
    if (!fixedLength) return kept.length > 0 ? kept : Int32Array.of(UNKNOWN);
    const row = new Int32Array(maximumLength);
    row.set(kept);
    return row;
  }

  /** Whether an id is that of a word: known, with a letter or a digit. */
  isWord(id: number): boolean {
    return this.#isWord[id] === 1;
  }

  /** The id of the known word that an unknown one stands for, if it is stretched ("soooo"). */
  #idOfStretched(text: string, start: number, end: number): number {
    if (!this.#foldsStretched || !hasRun(text, start, end)) return UNKNOWN;
    const rankOf = (word: string) => {
      const id = this.#table.id(word, 0, word.length);
      return id === UNKNOWN ? undefined : id - SPECIAL_WORDS.length;
    };
    const folded = foldStretched(text.slice(start, end), rankOf);
    return folded === undefined ? UNKNOWN : this.#table.id(folded, 0, folded.length);
  }

  /** Tokens kept from the start of a text; the others that are kept are its last. */
  #head(total: number): number {
    const { maximumLength, truncation } = this.settings;
    if (total <= maximumLength) return total;
    return truncation === "start" ? maximumLength : Math.ceil(maximumLength / 2);
  }

  #keep(all: Int32Array, total: number): Encoded {
    const { maximumLength, fixedLength } = this.settings;
    const scored = Math.min(total, maximumLength);
    const head = this.#head(total);
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

/** Whether a token is one that a text can be scored by: not a symbol, nor a link and the like. */
function isWord(token: string): boolean {
  return LETTER_OR_DIGIT.test(token) && !SILENT_CLASSES.some((silent) => silent === token);
}

/** Whether three equal units follow each other, without a string being made. */
function hasRun(text: string, start: number, end: number): boolean {
  for (let i = start + 2; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === text.charCodeAt(i - 1) && code === text.charCodeAt(i - 2)) return true;
  }
  return false;
}

function grow(buffer: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(buffer.length * 2);
  larger.set(buffer);
  return larger;
}
