import { type Located, sentenceOfEach } from "@undertone/models";

/** The ids from `from` (included) to `to` (excluded) of a text; they are left out together. */
export interface Range {
  from: number;
  to: number;
}

/**
 * A longer sentence is divided into parts of about equal length, so that a text without full stops
 * can be explained.
 */
const LONGEST = 40;
/** If a text has more sentences, neighbouring sentences are joined. */
export const MAX_PASSAGES = 64;

/** The sentences that the model reads, as ranges of the kept ids, in order and without gaps. */
export function passages(text: string, tokens: readonly Located[]): Range[] {
  const kept = tokens.flatMap((token, index) => (token.place === undefined ? [] : [{ ...token, index }]));
  const found: Range[] = [];
  const sentences = sentenceOfEach(text, kept);
  for (const [place, sentence] of sentences.entries()) {
    if (sentence === sentences[place - 1]) found.at(-1)!.to = place + 1;
    else found.push({ from: place, to: place + 1 });
  }
  return joined(found.flatMap(parts));
}

function parts({ from, to }: Range): Range[] {
  const count = Math.ceil((to - from) / LONGEST);
  const edge = (part: number) => from + Math.round((part * (to - from)) / count);
  return Array.from({ length: count }, (_, part) => ({ from: edge(part), to: edge(part + 1) }));
}

function joined(all: Range[]): Range[] {
  const size = Math.ceil(all.length / MAX_PASSAGES);
  const count = Math.ceil(all.length / Math.max(1, size));
  return Array.from({ length: count }, (_, i) => {
    const group = all.slice(i * size, (i + 1) * size);
    return { from: group[0]!.from, to: group.at(-1)!.to };
  });
}
