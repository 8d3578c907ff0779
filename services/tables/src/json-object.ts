import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import type { Fault } from "./record.ts";

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
    return { fault: { code: "invalid_row", detail: syntaxFault(text) } };
  }
  if (value !== null && typeof value === "object" && !Array.isArray(value))
    return { members: value as Record<string, unknown> };
  const detail = `Expected a JSON object, found ${kindOf(value)}.`;
  return { fault: { code: "invalid_row", detail } };
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
function syntaxFault(text: string): string {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  if (first === undefined) return "Expected a JSON object.";
  const { offset, length, error } = first;
  const found = text.slice(offset, offset + length);
  const place = `Column ${offset + 1}`;
  const word = text.slice(offset).match(/^-?[A-Za-z]+/)?.[0] ?? found;
  if (FOREIGN[word] !== undefined) return `${place}: ${word} is not JSON. ${FOREIGN[word]}`;
  if (text[offset] === "'") return `${place}: a single quote is not JSON. JSON has double quotes only.`;
  if (offset >= text.trimEnd().length) return `${place}: the JSON object ends too early.`;
  const rule = printParseErrorCode(error)
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return `${place}: this is not JSON (${rule}).`;
}
