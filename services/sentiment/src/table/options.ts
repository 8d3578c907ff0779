import type { TableOptions } from "@undertone/tables";
import Type from "typebox";

const DELIMITERS: Record<string, string> = { comma: ",", semicolon: ";", tab: "\t", pipe: "|", "\\t": "\t" };
const choice = (values: string[], description: string) => Type.Optional(Type.Enum(values, { description }));
const text = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 200, description }));

/** How a table is read and written, in the words of a command and of a request. All are detected or have a default. */
export const TableSettings = Type.Object(
  {
    format: choice(["csv", "tsv", "jsonl", "json"], "The format; `json` is an array of objects."),
    delimiter: text("Between cells: `comma`, `semicolon`, `tab`, `pipe` or one character."),
    lineEnds: choice(["lf", "crlf", "cr"], "What ends a row, if the others stand inside cells."),
    quote: choice(["double", "single", "none"], "What encloses a cell; double quotes if not given."),
    encoding: text("For example utf-8, utf-16le, windows-1252."),
    encodingErrors: choice(
      ["stop", "row"],
      "Bytes that the encoding does not allow: stop (if not given), or fail their row.",
    ),
    compression: choice(["none", "gzip", "zstd"], "How the file is packed."),
    header: Type.Optional(
      Type.Boolean({ description: "Whether the first row names the columns; true if not given." }),
    ),
    textColumn: text("The text's column by name or number; `text` or `review_text` if not given."),
    resultPrefix: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z_][A-Za-z0-9_]{0,63}$",
        default: "sentiment_",
        description: "What the names of the result columns begin with.",
      }),
    ),
    outputEncoding: text("The encoding of the result; that of the file if not given."),
  },
  { additionalProperties: false },
);
export type TableSettings = Type.Static<typeof TableSettings>;

export const RESULT_PREFIX = "sentiment_";

/** The settings as the reader of tables takes them. */
export function toTableOptions(settings: TableSettings): TableOptions {
  const { format, delimiter, lineEnds, quote, encoding, encodingErrors, compression, header } = settings;
  return {
    format: format === "tsv" ? "csv" : format,
    delimiter:
      delimiter === undefined ? (format === "tsv" ? "\t" : undefined) : (DELIMITERS[delimiter] ?? delimiter),
    lineEnds,
    quote: quote === undefined ? undefined : ({ double: '"', single: "'", none: "none" } as const)[quote],
    encoding,
    encodingErrors,
    compression,
    header,
  } as TableOptions;
}
