import { type ParseError, parse, printParseErrorCode, visit } from "jsonc-parser";
import type { Fault } from "./record.ts";
import { showName } from "./table-error.ts";

/** Words that other languages write where JSON has none or its own. */
const FOREIGN: Record<string, string> = {
  NaN: "Write null.",
  Infinity: "Write null.",
  "-Infinity": "Write null.",
  undefined: "Write null, or leave the member out.",
  None: "It is Python's; write null.",
  True: "It is Python's; write true.",
  False: "It is Python's; write false.",
};

/**
 * An object's members, or why there are none. `place` is where the text begins, for example "Line
 * 3".
 */
export function parseObject(text: string): { members: Record<string, unknown> } | { fault: Fault } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: { code: "invalid_row", detail: jsonFault(text) } };
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    const detail = `Expected a JSON object, found ${kindOf(value)}.`;
    return { fault: { code: "invalid_row", detail } };
  }
  const twice = doubleMember(text, value);
  if (twice === undefined) return { members: value as Record<string, unknown> };
  const detail = `The member ${showName(twice)} stands twice. Give each member a name of its own.`;
  return { fault: { code: "invalid_row", detail } };
}

/** JSON.parse takes the last of members of one name in silence. Looked at again only if suspicious. */
function doubleMember(text: string, value: object): string | undefined {
  const suspicious = Object.keys(value).some((name) => {
    const written = JSON.stringify(name);
    return text.indexOf(written) !== text.lastIndexOf(written);
  });
  if (!suspicious) return undefined;
  const names = new Set<string>();
  let twice: string | undefined;
  unlessTooDeep(() =>
    visit(text, {
      onObjectProperty: (name, _offset, _length, _line, _column, pathOf) => {
        if (pathOf().length > 0) return;
        if (names.has(name)) twice ??= name;
        names.add(name);
      },
    }),
  );
  return twice;
}

/** jsonc-parser calls itself for each level, so what is nested a thousand times ends its stack. */
function unlessTooDeep(look: () => void): void {
  try {
    look();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}

/** "a string", "null", "an array", ...: what a JSON value is, without its content. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/**
 * JSON.parse quotes the text and names no place, so the place is found again, for a broken text
 * only.
 */
export function jsonFault(text: string): string {
  const errors: ParseError[] = [];
  unlessTooDeep(() => parse(text, errors, { disallowComments: true, allowTrailingComma: false }));
  const [first] = errors;
  if (first === undefined) return "Expected a JSON object.";
  const { offset, error } = first;
  const place = `Column ${offset + 1}`;
  if (offset >= text.trimEnd().length) return `${place}: the JSON object ends too early.`;
  const what = foreignSyntax(text, offset);
  if (what !== undefined) return `${place}: ${what}`;
  if (error === PARSE_ERRORS.EndOfFileExpected)
    return text[offset] === ","
      ? `${place}: a comma follows the object. In JSON Lines nothing stands between the lines.`
      : `${place}: more follows the object. Expected one object per line, or commas between an array's objects.`;
  if (/^\s*[}\]]/.test(text.slice(offset)) && /,\s*$/.test(text.slice(0, offset)))
    return `${place}: a comma before a closing bracket is not JSON. Remove it.`;
  if (error === PARSE_ERRORS.InvalidCharacter)
    return `${place}: a control character stands in a string. Write a tab as \\t and a line end as \\n.`;
  const rule = printParseErrorCode(error)
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return `${place}: this is not JSON (${rule}).`;
}

/** jsonc-parser's codes; its enumeration does not exist at run time. */
const PARSE_ERRORS = { EndOfFileExpected: 9, InvalidCharacter: 16 };

/** What other languages write, if that stands at a place of a text that is not JSON. */
export function foreignSyntax(text: string, at: number): string | undefined {
  const word = /^-?[A-Za-z]+/.exec(text.slice(at, at + 20))?.[0] ?? "";
  if (Object.hasOwn(FOREIGN, word)) return `${word} is not JSON. ${FOREIGN[word]}`;
  if (text[at] === "'") return "a single quote is not JSON. JSON has double quotes only.";
  return /^(\/[/*]|#)/.test(text.slice(at, at + 2)) ? "a comment is not JSON. Remove it." : undefined;
}
