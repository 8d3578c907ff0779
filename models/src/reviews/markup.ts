import { decodeHTML } from "entities";
import type { Edit } from "../edits.ts";
import { containsAny, type Rule, replacing } from "./rule.ts";

/**
 * A character reference. The semicolon may be missing only after numbers and after names with which
 * browsers accept that.
 */
const REFERENCE = /&(?:#x[\da-f]{1,8};?|#\d{1,8};?|[a-z][a-z\d]{1,31};|(?:amp|lt|gt|quot|nbsp)(?![a-z\d]))/gi;

/** Decodes entities. The list of rules has it twice, because many exports escape a text twice. */
export const entities: Rule = {
  name: "entities",
  concerns: containsAny("&"),
  edits: replacing(REFERENCE, (reference) => decodeHTML(reference)),
};

const SCRIPT = [/<script\b[^<>]*>/gi, /<\/script\s*>/gi] as const;
const STYLE = [/<style\b[^<>]*>/gi, /<\/style\s*>/gi] as const;
const COMMENT = [/<!--/g, /-->/g] as const;

/**
 * Removes comments, scripts and style sheets with their content. It leaves one that is never closed
 * to `tags`.
 */
export const hiddenMarkup: Rule = {
  name: "markup",
  concerns: containsAny("<!--", "</"),
  *edits(text) {
    const found = [COMMENT, SCRIPT, STYLE].flatMap(([open, close]) => [...enclosed(text, open, close)]);
    let last = 0;
    for (const edit of found.sort((a, b) => a.from - b.from)) {
      if (edit.from < last) continue;
      yield edit;
      last = edit.to;
    }
  },
};

/** Removes tags, declarations and processing instructions of any length. */
export const tags: Rule = {
  name: "markup",
  concerns: containsAny("<"),
  edits: replacing(/<(?:\/?[a-z]|[!?][a-z[-])[^<>]*>/gi, " "),
};

function* enclosed(text: string, open: RegExp, close: RegExp): Generator<Edit> {
  const begin = new RegExp(open);
  const end = new RegExp(close);
  for (let match = begin.exec(text); match !== null; match = begin.exec(text)) {
    end.lastIndex = begin.lastIndex;
    const last = end.exec(text);
    if (last === null) return;
    yield { from: match.index, to: end.lastIndex, text: " " };
    begin.lastIndex = end.lastIndex;
  }
}
