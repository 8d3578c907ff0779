import type { Located } from "@undertone/models";

/** The kept ids `from` to `to` of a text: what is left out together. */
export interface Range {
  from: number;
  to: number;
}

/** A longer sentence is looked at in parts of about equal length: text without full stops can be explained too. */
const LONGEST = 40;
/** Of more sentences than this, neighbours are looked at together. */
export const MOST_PASSAGES = 64;

/** The sentences of what the model reads of a text, as ranges of its kept ids, in order and without gaps. */
export function passages(tokens: readonly Located[], sentenceStarts: readonly number[]): Range[] {
  const found: Range[] = [];
  let begun = 0; // sentences that began at or before the token
  let last = 0; // the same at the last kept token
  for (const { start, place } of tokens) {
    while (sentenceStarts[begun]! <= start) begun++;
    if (place === undefined) continue;
    if (begun === last) found.at(-1)!.to = place + 1;
    else found.push({ from: place, to: place + 1 });
    last = begun;
  }
  return joined(found.flatMap(parts));
}

function parts({ from, to }: Range): Range[] {
  const count = Math.ceil((to - from) / LONGEST);
  const edge = (part: number) => from + Math.round((part * (to - from)) / count);
  return Array.from({ length: count }, (_, part) => ({ from: edge(part), to: edge(part + 1) }));
}

function joined(all: Range[]): Range[] {
  const size = Math.ceil(all.length / MOST_PASSAGES);
  const count = Math.ceil(all.length / Math.max(1, size));
  return Array.from({ length: count }, (_, i) => {
    const group = all.slice(i * size, (i + 1) * size);
    return { from: group[0]!.from, to: group.at(-1)!.to };
  });
}
