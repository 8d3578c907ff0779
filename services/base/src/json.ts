import { parse } from "secure-json-parse";
import { Problem } from "./problem.ts";

/**
 * The deepest nesting of lists and objects. V8 needs more and more time for deeper ones: 4 MB of
 * "[" blocked the event loop for a second.
 */
const MAX_DEPTH = 64;
/**
 * The most lists, members and elements of one document. The largest valid body, 1,000 items, has
 * fewer than 10,000. 100,000 members blocked the event loop for a tenth of a second.
 */
const MAX_VALUES = 20_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses JSON from a client. Before parsing, one pass over the source checks the nesting and the
 * number of values. `__proto__` and `constructor.prototype` are refused.
 * @throws Problem invalid_body
 */
export function parseJson(source: string): unknown {
  checkShape(source);
  try {
    return parse(source, { protoAction: "error", constructorAction: "error" });
  } catch {
    throw new Problem("invalid_body", "The body could not be read as JSON.");
  }
}

function checkShape(source: string): void {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < source.length; at++) {
    switch (source.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(source, at);
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth += 1;
        values += 1;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1;
        break;
      case 0x2c: // ,
        values += 1;
    }
    if (depth > MAX_DEPTH)
      throw new Problem("invalid_body", `The JSON is nested deeper than ${MAX_DEPTH} levels.`);
    if (values > MAX_VALUES)
      throw new Problem("invalid_body", `The JSON has more than ${MAX_VALUES} values.`);
  }
}

/** The index of the quote that ends the string that begins at `start`. */
function endOfString(source: string, start: number): number {
  for (let at = source.indexOf('"', start + 1); at >= 0; at = source.indexOf('"', at + 1)) {
    let escapes = 0;
    while (source.charCodeAt(at - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return at;
  }
  return source.length; // without an end: the parser reports it
}
