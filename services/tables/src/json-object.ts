import { type ParseError, parse, printParseErrorCode, visit } from "jsonc-parser";
import type { Fault } from "./record.ts";
import { showName } from "./table-error.ts";

/** Words of other languages that are not JSON, with what to write instead. */
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
 * Parses one JSON object. Returns its members, or a fault that names the column.
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
  const detail = `The member ${showName(twice)} occurs twice. Give each member a name of its own.`;
  return { fault: { code: "invalid_row", detail } };
}

/**
 * The name of a member that occurs twice. `JSON.parse` keeps only the last one. The text is parsed
 * again only if a name occurs in it more than once.
 */
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

/** jsonc-parser is recursive, so a text with thousands of levels overflows the stack. */
function unlessTooDeep(look: () => void): void {
  try {
    look();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}

/** The kind of a JSON value, without its content: "a string", "null", "an array", ... */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/**
 * Says what is wrong with a text that is not JSON, and at which column. The message of `JSON.parse`
 * quotes the text and does not always name the place, so the text is parsed again.
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
      ? `${place}: a comma follows the object. JSON Lines has no commas between the lines.`
      : [
          `${place}: more follows the object.`,
          "Expected one object per line, or commas between an array's objects.",
        ].join(" ");
  if (/^\s*[}\]]/.test(text.slice(offset)) && /,\s*$/.test(text.slice(0, offset)))
    return `${place}: a comma before a closing bracket is not JSON. Remove it.`;
  if (error === PARSE_ERRORS.InvalidCharacter)
    return `${place}: a string has a control character. Write a tab as \\t and a line end as \\n.`;
  const rule = printParseErrorCode(error)
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return `${place}: this is not JSON (${rule}).`;
}

/** jsonc-parser's codes; its enumeration does not exist at run time. */
const PARSE_ERRORS = { EndOfFileExpected: 9, InvalidCharacter: 16 };

/** Says which syntax of another language is at the offset `at` of a text that is not JSON, if any. */
export function foreignSyntax(text: string, at: number): string | undefined {
  const word = /^-?[A-Za-z]+/.exec(text.slice(at, at + 20))?.[0] ?? "";
  if (Object.hasOwn(FOREIGN, word)) return `${word} is not JSON. ${FOREIGN[word]}`;
  if (text[at] === "'") return "a single quote is not JSON. JSON has double quotes only.";
  return /^(\/[/*]|#)/.test(text.slice(at, at + 2)) ? "a comment is not JSON. Remove it." : undefined;
}
