import Type from "typebox";
import { Value } from "typebox/value";
import { readRows } from "../data/rows.ts";

/** One complete short text with its label. `clear` is false if readers would disagree. */
export interface ShortText {
  kind: string;
  label: "positive" | "negative" | "neutral";
  clear: boolean;
  text: string;
}

const CaseSchema = Type.Object({
  kind: Type.String({ minLength: 1 }),
  label: Type.Enum(["positive", "negative", "neutral"]),
  clear: Type.Enum(["true", "false"]),
  text: Type.String({ minLength: 1 }),
});

/** The cases of a CSV file with the columns `kind`, `label`, `clear` and `text`. */
export async function readShortTexts(file: string): Promise<ShortText[]> {
  const cases: ShortText[] = [];
  const needed = Object.keys(CaseSchema.properties).map((name) => ({ name }));
  for await (const { values: row } of readRows(file, { needed })) {
    if (!Value.Check(CaseSchema, row)) throw new Error(`${file}: case ${cases.length + 1} is malformed`);
    cases.push({ ...row, clear: row.clear === "true" });
  }
  return cases;
}

/** A neutral text is scored correctly in this range, any other text on its side of 0.5. */
const NEUTRAL = [0.2, 0.8] as const;

export function isRight({ label }: ShortText, score: number): boolean {
  if (label === "neutral") return score >= NEUTRAL[0] && score <= NEUTRAL[1];
  return score >= 0.5 === (label === "positive");
}

export interface KindAccuracy {
  kind: string;
  clear: number;
  right: number;
  unclear: number;
  unclearRight: number;
}

/**
 * The number of texts of each kind that are scored correctly, for clear texts and others. The last
 * row is for all kinds.
 * @param scores P(positive) of each case
 */
export function accuracyByKind(cases: readonly ShortText[], scores: ArrayLike<number>): KindAccuracy[] {
  const kinds = new Map<string, KindAccuracy>();
  const all: KindAccuracy = { kind: "all", clear: 0, right: 0, unclear: 0, unclearRight: 0 };
  for (const [i, one] of cases.entries()) {
    const found = kinds.get(one.kind) ?? {
      ...all,
      kind: one.kind,
      clear: 0,
      right: 0,
      unclear: 0,
      unclearRight: 0,
    };
    kinds.set(one.kind, found);
    const right = Number(isRight(one, scores[i]!));
    for (const row of [found, all]) {
      row[one.clear ? "clear" : "unclear"]++;
      row[one.clear ? "right" : "unclearRight"] += right;
    }
  }
  return [...kinds.values(), all];
}
