import { normalize } from "./normalize.ts";
import { scan } from "./scan.ts";
import type { TextSettings } from "./vocabulary.ts";

/** The tokens of a text, in order, by one set of rules. Any string is accepted. */
export function tokenize(text: string, settings: TextSettings): string[] {
  const normalized = normalize(text, settings);
  const tokens: string[] = [];
  scan(normalized, settings, (start, end, instead) => tokens.push(instead ?? normalized.slice(start, end)));
  return tokens;
}
