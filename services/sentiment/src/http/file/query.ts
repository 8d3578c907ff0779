import { closed, describeFaults, Problem } from "@undertone/base";
import type { Advice } from "@undertone/tables";
import Type from "typebox";
import { Compile } from "typebox/compile";
import { TableSettings } from "../../table/options.ts";
import { ScoringQuery } from "../schemas.ts";

/** A client's own name for an upload, hard to guess, under which its progress is asked for. */
export const UploadId = Type.String({ pattern: "^[A-Za-z0-9_-]{16,64}$" });

export const FileQuery = Type.Object(
  {
    ...TableSettings.properties,
    ...ScoringQuery.properties,
    summary: Type.Optional(
      Type.Enum(["trailer", "line"], {
        description:
          "Where the summary stands: in the trailer `sentiment-summary` (if not given), or also in a last line after the file.",
      }),
    ),
    id: Type.Optional({
      ...UploadId,
      description:
        "A name for this upload, such as a UUID. While it runs, and for 10 minutes after it, `GET /sentiment/file/{id}` says how far it is.",
    }),
  },
  closed,
);
export type FileQuery = Type.Static<typeof FileQuery>;

const compiled = Compile(FileQuery);

/** @throws Problem `invalid_query` */
export function readQuery(query: unknown): FileQuery {
  const { header } = query as { header?: unknown };
  // The one setting that is neither a text nor a choice of texts.
  const value =
    header === "true" || header === "false" ? { ...(query as object), header: header === "true" } : query;
  if (compiled.Check(value)) return value;
  const faults = describeFaults(compiled.Errors(value), value, FileQuery, "the query");
  throw new Problem("invalid_query", `${faults}.`);
}

/** An option as it is written in a query. */
export function asParameter({ option, value }: Advice): string {
  if (option === "header") return "header=false with textColumn";
  return value === undefined ? option : `${option}=${value}`;
}
