import { characterClass, DIGIT, SPACE, SYMBOL } from "./characters.ts";
import { bareContraction, isBeforeT, mayBeBare } from "./reviews/contractions.ts";
import { CONTRACTIONS, REPEATS } from "./reviews/rules.ts";
import type { TextSettings } from "./vocabulary.ts";

/**
 * Receives a token: the slice from `start` to `end` of the normalized text, or `instead` if the token
 * is another text.
 */
export type Emit = (start: number, end: number, instead?: string) => void;

const CLITICS = new Set(["s", "m", "d", "re", "ve", "ll"]);
const APOSTROPHE = 0x27;
const COMMA = 0x2c;
const HYPHEN = 0x2d;
const DOT = 0x2e;
const LESS_THAN = 0x3c;
const N = 0x6e;

/** More repetitions of a symbol are dropped, because "!!!!!!!!" means the same as "!!!". */
const MAX_REPEATS = 3;
/** The tokens with which rules replace links, ratings and the like. */
const CLASS = /<(?:url|email|user|number|rating-\d{1,2}|thumbs-(?:up|down))>/y;

/** 1 for ASCII letters and digits. Most characters are among them, so they have a fast path. */
const ASCII_WORD = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(/[a-z0-9]/i.test(String.fromCharCode(code))),
);

interface WordOptions {
  /** Whether `<url>` and the like are one token. */
  hasClasses: boolean;
  /** Whether "dont" is read as "don't". */
  hasBareContractions: boolean;
  /** The maximum number of equal symbols in a row that become tokens. */
  mostRepeats: number;
}
const DEFAULT: WordOptions = {
  hasClasses: false,
  hasBareContractions: false,
  mostRepeats: Number.POSITIVE_INFINITY,
};

const ASCII_CLASS = Uint8Array.from({ length: 128 }, (_, code) => characterClass(code));

/**
 * Splits a normalized text into tokens. No other code splits texts. The time is linear in the text's
 * length.
 */
export function scan(text: string, { rules, without = [] }: TextSettings, emit: Emit): void {
  if (rules === "article") scanSpaces(text, emit);
  else if (rules === "default") scanWords(text, emit, DEFAULT);
  else {
    const hasBareContractions = !without.includes(CONTRACTIONS);
    const mostRepeats = without.includes(REPEATS) ? Number.POSITIVE_INFINITY : MAX_REPEATS;
    scanWords(text, emit, { hasClasses: true, hasBareContractions, mostRepeats });
  }
}

/** Every part between two spaces is a token, even an empty one. */
function scanSpaces(text: string, emit: Emit): void {
  let start = 0;
  for (let end = text.indexOf(" "); end >= 0; end = text.indexOf(" ", start)) {
    emit(start, end);
    start = end + 1;
  }
  emit(start, text.length);
}

/**
 * Splits into words as GloVe 6B does: letters and digits stay together, `n't` and the other clitics
 * are separate tokens, and numbers keep their decimal point. A hyphen between words separates them.
 * Runs of dots and of hyphens are one token, and every other symbol is a token.
 */
function scanWords(text: string, emit: Emit, options: WordOptions): void {
  const { hasClasses, hasBareContractions, mostRepeats } = options;
  let at = 0;
  let repeats = 0;
  let last = -1;
  while (at < text.length) {
    const code = codePointAt(text, at);
    const kind = code < 128 ? ASCII_CLASS[code]! : characterClass(code);
    if (kind === SPACE) at += width(code);
    else if (kind !== SYMBOL) at = scanWord(text, at, emit, hasBareContractions);
    else if (code === DOT || code === HYPHEN) at = scanRun(text, at, code, emit);
    else {
      const end = (hasClasses && code === LESS_THAN && classEnd(text, at)) || at + width(code);
      repeats = code === last && text.codePointAt(at - width(code)) === code ? repeats + 1 : 1;
      last = code;
      if (repeats <= mostRepeats) emit(at, end);
      at = end;
    }
  }
}

/** The end of the class token that begins at `at`; 0 if there is none. */
function classEnd(text: string, at: number): number {
  CLASS.lastIndex = at;
  return CLASS.test(text) ? CLASS.lastIndex : 0;
}

/**
 * A run of dots becomes `.`, `..` or `...`, and a run of hyphens `--`. A hyphen before a word is
 * dropped.
 */
function scanRun(text: string, start: number, code: number, emit: Emit): number {
  let end = start + 1;
  while (end < text.length && text.charCodeAt(end) === code) end++;
  const longest = code === DOT ? 3 : 2;
  if (code === DOT || end - start > 1 || !isWordAt(text, end)) emit(start, Math.min(end, start + longest));
  return end;
}

function scanWord(text: string, start: number, emit: Emit, hasBareContractions: boolean): number {
  let end = wordEnd(text, start);
  if (hasBareContractions && mayBeBare(text, start, end)) {
    const tail = scanBareContraction(text, start, end, emit);
    if (tail > 0) return tail;
  }
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (code !== APOSTROPHE && code !== DOT && code !== COMMA) break;
    if (!isWordAt(text, end + 1)) break;
    if (code === APOSTROPHE) {
      const tail = wordEnd(text, end + 1);
      if (tail - end === 2 && text.charCodeAt(end + 1) === 0x74 && text.charCodeAt(end - 1) === N) {
        if (end - 1 > start) emit(start, end - 1);
        emit(end - 1, tail);
        return tail;
      }
      if (tail - end <= 3 && CLITICS.has(text.slice(end + 1, tail))) {
        emit(start, end);
        emit(end, tail);
        return tail;
      }
      end = tail;
    } else if (isDigitAt(text, end - 1) && isDigitAt(text, end + 1)) {
      end = wordEnd(text, end + 1);
    } else break;
  }
  emit(start, end);
  return end;
}

/** The end of a contraction without its apostrophe ("dont", "don t"); 0 if there is none. */
function scanBareContraction(text: string, start: number, end: number, emit: Emit): number {
  if (end < text.length && text.charCodeAt(end) === APOSTROPHE) return 0;
  const contraction = bareContraction(text, start, end);
  if (contraction !== undefined) {
    const { stem, tail } = contraction;
    if (stem > 0) emit(start, start + stem);
    emit(start + stem, end, tail);
    return end;
  }
  if (isWordAt(text, end + 2) || !isBeforeT(text, start, end)) return 0;
  emit(start, end - 1);
  emit(end - 1, end + 2, "n't");
  return end + 2;
}

function wordEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code < 128) {
      if (ASCII_WORD[code] === 0) return at;
      at++;
    } else {
      if (!isWordAt(text, at)) return at;
      at += width(codePointAt(text, at));
    }
  }
  return at;
}

function isWordAt(text: string, at: number): boolean {
  if (at >= text.length) return false;
  const kind = characterClass(codePointAt(text, at));
  return kind !== SPACE && kind !== SYMBOL;
}

const isDigitAt = (text: string, at: number) =>
  at < text.length && characterClass(codePointAt(text, at)) === DIGIT;

function codePointAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 0xd800 || code > 0xdbff ? code : text.codePointAt(at)!;
}

const width = (codePoint: number) => (codePoint > 0xffff ? 2 : 1);
