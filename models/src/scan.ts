import { characterClass, DIGIT, SPACE, SYMBOL } from "./characters.ts";
import type { TextRules } from "./vocabulary.ts";

/** Receives a token as a span of the normalized text: `text.slice(start, end)`. */
export type Emit = (start: number, end: number) => void;

const CLITICS = new Set(["s", "m", "d", "re", "ve", "ll"]);
const APOSTROPHE = 0x27;
const COMMA = 0x2c;
const HYPHEN = 0x2d;
const DOT = 0x2e;
const N = 0x6e;

/** 1 for ASCII letters and digits: most of most texts, and worth a short way. */
const ASCII_WORD = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(/[a-z0-9]/i.test(String.fromCharCode(code))),
);

/** Splits normalized text into tokens; the one place where that is decided. Linear in the text's length. */
export function scan(text: string, rules: TextRules, emit: Emit): void {
  if (rules === "article") scanSpaces(text, emit);
  else scanWords(text, emit);
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
 * Words as GloVe 6B has them: letters and digits together, `n't` and the other clitics apart, numbers with their point;
 * a hyphen between words separates; other symbols stand alone, but for runs of dots and hyphens.
 */
function scanWords(text: string, emit: Emit): void {
  let at = 0;
  while (at < text.length) {
    const code = codePointAt(text, at);
    const kind = characterClass(code);
    if (kind === SPACE) at += width(code);
    else if (kind !== SYMBOL) at = scanWord(text, at, emit);
    else if (code === DOT || code === HYPHEN) at = scanRun(text, at, code, emit);
    else {
      emit(at, at + width(code));
      at += width(code);
    }
  }
}

/** A run of dots is `.`, `..` or `...`; a run of hyphens `--`; one hyphen between words is nothing. */
function scanRun(text: string, start: number, code: number, emit: Emit): number {
  let end = start + 1;
  while (text.charCodeAt(end) === code) end++;
  const longest = code === DOT ? 3 : 2;
  if (code === DOT || end - start > 1 || !isWordAt(text, end)) emit(start, Math.min(end, start + longest));
  return end;
}

function scanWord(text: string, start: number, emit: Emit): number {
  let end = wordEnd(text, start);
  for (;;) {
    const code = text.charCodeAt(end);
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
    } else if ((code === DOT || code === COMMA) && isDigitAt(text, end - 1) && isDigitAt(text, end + 1)) {
      end = wordEnd(text, end + 1);
    } else break;
  }
  emit(start, end);
  return end;
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
