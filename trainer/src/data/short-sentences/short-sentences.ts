import { generator } from "../../random.ts";
import templates from "./templates.json" with { type: "json" };
import written from "./written.json" with { type: "json" };

/** A short opinion or fact, with the probability that its writer is pleased. */
export interface ShortSentence {
  text: string;
  positive: number;
}

/**
 * Short texts that were written one by one, in the voices of many reviewers: quiet praise, litotes,
 * irony, problems, advice, slang, and facts without an opinion. Each occurs once.
 */
export const writtenSentences: readonly ShortSentence[] = written.map(([text, positive]) => ({
  text: String(text),
  positive: Number(positive),
}));

const slots = new Map(Object.entries(templates.slots));
const SLOT = /\{(\w+)\}/g;

/**
 * Short sentences in which negation, litotes, a change over time, a comparison or a question
 * reverses the meaning of words, and neutral facts. Each kind of template gives the same number. A
 * pure function of the seed.
 * @param count the most sentences; each text occurs once
 */
export function shortSentences(count: number, seed: number): ShortSentence[] {
  const random = generator(seed);
  const choose = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const sentences = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const { positive, templates: ofKind } = templates.kinds[i % templates.kinds.length]!;
    const text = filled(choose(ofKind), (slot) => choose(slots.get(slot)!));
    const ended = /[.?!]$/.test(text) ? text : text + choose(["", ".", ".", "!"]);
    sentences.set(random() < 0.5 ? ended : capitalised(ended), positive);
  }
  return [...sentences].map(([text, positive]) => ({ text, positive }));
}

/** A template with a choice in each slot; what is chosen may have slots itself. */
function filled(template: string, choice: (slot: string) => string): string {
  return template.replace(SLOT, (_, slot: string) => filled(choice(slot), choice));
}

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
