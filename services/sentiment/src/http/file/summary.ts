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
        meanScore: Type.Optional(
          Type.Number({ description: "The mean score of the scored rows. Absent if no row was scored." }),
        ),
        bytes: Type.Integer({
          description: [
            "The length of the answered file in bytes, before compression. The summary line",
            "follows after them.",
          ].join(" "),
        }),
        complete: Type.Boolean({
          description: "True if the whole file was read and the answer has every row.",
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

/** What is counted beside the number of rows. */
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

/** JSON in ASCII, which a header and every encoding can carry. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
