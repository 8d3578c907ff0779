import Type from "typebox";

const rows = (description: string) => Type.Integer({ minimum: 0, description });

/** The counts of the rows: every row that was read is scored, failed or skipped. */
export const Summary = Type.Object({
  read: rows("The number of rows read: the sum of scored, failed and skipped."),
  scored: rows("The number of rows with a score."),
  failed: rows("The number of rows with an error."),
  reasons: Type.Record(Type.String(), Type.Integer({ minimum: 1 }), {
    description: "The number of failed rows per error code.",
  }),
  skipped: rows("The number of blank lines."),
});
export type Summary = Type.Static<typeof Summary>;

/** Counts rows as they are written. */
export class RowCount {
  rows = 0;
  readonly reasons: Map<string, number>;

  constructor(rows = 0, reasons: Record<string, number> = {}) {
    this.rows = rows;
    this.reasons = new Map(Object.entries(reasons));
  }

  add(reason: string | undefined): void {
    this.rows += 1;
    if (reason !== undefined) this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
  }

  get failed(): number {
    return [...this.reasons.values()].reduce((sum, count) => sum + count, 0);
  }

  summary(skipped: number): Summary {
    const { rows, failed } = this;
    const reasons = Object.fromEntries(this.reasons);
    return { read: rows + skipped, scored: rows - failed, failed, reasons, skipped };
  }
}

/** The summary as one line of text. */
export function describeSummary({ read, scored, failed, reasons, skipped }: Summary): string {
  const why = Object.entries(reasons).map(([code, count]) => `${code} ${count}`);
  return [
    `${read} rows read: ${scored} scored`,
    `${failed} failed${why.length > 0 ? ` (${why.join(", ")})` : ""}`,
    `${skipped} skipped${skipped > 0 ? " (blank lines)" : ""}`,
  ].join(", ");
}
