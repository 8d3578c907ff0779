import { normalize } from "./normalize.ts";
import { scan } from "./scan.ts";
import type { TextRules } from "./vocabulary.ts";

/** The tokens of a text, in order, by the rules of `article` or `default`. Total over any string. */
export function tokenize(text: string, rules: TextRules): string[] {
  const normalized = normalize(text, rules);
  const tokens: string[] = [];
  scan(normalized, rules, (start, end) => tokens.push(normalized.slice(start, end)));
  return tokens;
}
