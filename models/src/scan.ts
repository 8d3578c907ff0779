import { characterClass, DIGIT, SPACE, SYMBOL } from "./characters.ts";
import { bareContraction, isBeforeT, mayBeBare } from "./reviews/contractions.ts";
import { CONTRACTIONS, REPEATS } from "./reviews/rules.ts";
import type { TextSettings } from "./vocabulary.ts";

/**
 * Receives a token: the span `text.slice(start, end)` of the normalized text, or what is read in
 * its place.
 */
export type Emit = (start: number, end: number, instead?: string) => void;

const CLITICS = new Set(["s", "m", "d", "re", "ve", "ll"]);
const APOSTROPHE = 0x27;
const COMMA = 0x2c;
const HYPHEN = 0x2d;
const DOT = 0x2e;
const LESS_THAN = 0x3c;
const N = 0x6e;

/** "!!!!!!!!" says no more than "!!!". */
const MAX_REPEATS = 3;
/** The tokens that rules write in the place of what they read. */
const CLASS = /<(?:url|email|user|number|rating-\d{1,2}|thumbs-(?:up|down))>/y;

/** 1 for ASCII letters and digits: most of most texts, and worth a short way. */
const ASCII_WORD = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(/[a-z0-9]/i.test(String.fromCharCode(code))),
);

interface WordOptions {
  /** Whether `<url>` and the like are one token. */
  hasClasses: boolean;
  /** Whether "dont" is read as "don't". */
  hasBareContractions: boolean;
  /** Of one symbol in a row. */
  mostRepeats: number;
}
const DEFAULT: WordOptions = {
  hasClasses: false,
  hasBareContractions: false,
  mostRepeats: Number.POSITIVE_INFINITY,
};

const ASCII_CLASS = Uint8Array.from({ length: 128 }, (_, code) => characterClass(code));

/**
 * Splits normalized text into tokens; the one place where that is decided. Linear in the text's
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

/** Every piece between single spaces is a token, empty ones too. */
function scanSpaces(text: string, emit: Emit): void {
  let start = 0;
  for (let end = text.indexOf(" "); end >= 0; end = text.indexOf(" ", start)) {
    emit(start, end);
    start = end + 1;
  }
  emit(start, text.length);
}

/**
 * Words as GloVe 6B has them: letters and digits together, `n't` and the other clitics apart,
 * numbers with their point; a hyphen between words separates; other symbols stand alone, but for
 * runs of dots and hyphens.
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

/** Where the class token ends that stands here; 0 where there is none. */
function classEnd(text: string, at: number): number {
  CLASS.lastIndex = at;
  return CLASS.test(text) ? CLASS.lastIndex : 0;
}

/**
 * A run of dots is `.`, `..` or `...`; a run of hyphens `--`; one hyphen between words is nothing.
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

/** Where a contraction without its apostrophe ends ("dont", "don t"); 0 where there is none. */
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
