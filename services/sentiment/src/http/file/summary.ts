import { closed } from "@undertone/base";
import Type from "typebox";
import type { Score } from "../../scoring/score.ts";
import { type RowCount, Summary } from "../../table/summary.ts";
import { ItemError, ModelName } from "../schemas.ts";

export const FileSummary = Type.Object(
  {
    summary: Type.Object(
      {
        ...Summary.properties,
        positive: Type.Integer({ description: "The scored rows whose label is `positive`." }),
        meanScore: Type.Optional(Type.Number({ description: "Absent if no row was scored." })),
        bytes: Type.Integer({
          description:
            "Bytes of the file that was answered, before any compression. The last line stands after them.",
        }),
        complete: Type.Boolean({
          description: "True if the whole file was read, and every row of it stands in the answer.",
        }),
        error: Type.Optional({ ...ItemError, description: "Why the file is not complete." }),
      },
      closed,
    ),
    model: ModelName,
  },
  { ...closed, title: "FileSummary" },
);
export type FileSummary = Type.Static<typeof FileSummary>;

/** What is counted beside the rows themselves. */
export class Tally {
  positive = 0;
  #sum = 0;
  #scored = 0;
  bytes = 0;

  add({ label, score }: Score): void {
    if (label === "positive") this.positive += 1;
    this.#sum += score;
    this.#scored += 1;
  }

  summary(
    count: RowCount,
    skipped: number,
    model: FileSummary["model"],
    end: Pick<FileSummary["summary"], "complete" | "error">,
  ): FileSummary {
    const { positive, bytes } = this;
    const meanScore = this.#scored === 0 ? {} : { meanScore: this.#sum / this.#scored };
    return { summary: { ...count.summary(skipped), positive, ...meanScore, bytes, ...end }, model };
  }
}

/** JSON without a character that a header or another encoding could not carry. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
