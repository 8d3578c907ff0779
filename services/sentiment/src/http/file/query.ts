import { closed, describeFaults, Problem } from "@undertone/base";
import type { Advice } from "@undertone/tables";
import Type from "typebox";
import { Compile } from "typebox/compile";
import { TableSettings } from "../../table/options.ts";
import { ScoringQuery } from "../schemas.ts";

/**
 * The client's own name for an upload. It must be hard to guess, because it gives access to the
 * progress.
 */
export const UploadId = Type.String({ pattern: "^[A-Za-z0-9_-]{16,64}$" });

export const FileQuery = Type.Object(
  {
    ...TableSettings.properties,
    ...ScoringQuery.properties,
    summary: Type.Optional(
      Type.Enum(["trailer", "line"], {
        description: [
          "Where the summary is sent: `trailer` (the default) in the trailer `sentiment-summary`",
          "only, `line` also as a last line after the file.",
        ].join(" "),
      }),
    ),
    id: Type.Optional({
      ...UploadId,
      description: [
        "A name for this upload, such as a UUID. `GET /sentiment/file/{id}` shows its progress",
        "while it runs, and its outcome for 10 minutes after it.",
      ].join(" "),
    }),
  },
  closed,
);
export type FileQuery = Type.Static<typeof FileQuery>;

const compiled = Compile(FileQuery);

/** @throws Problem `invalid_query` */
export function readQuery(query: unknown): FileQuery {
  const { header } = query as { header?: unknown };
  // The only setting that is not a string.
  const value =
    header === "true" || header === "false" ? { ...(query as object), header: header === "true" } : query;
  if (compiled.Check(value)) return value;
  const faults = describeFaults(compiled.Errors(value), value, FileQuery, "the query");
  throw new Problem("invalid_query", `${faults}.`);
}

/** An option as a query parameter. */
export function asParameter({ option, value }: Advice): string {
  if (option === "header") return "header=false with textColumn";
  return value === undefined ? option : `${option}=${value}`;
}
