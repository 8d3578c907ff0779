import type { TableOptions } from "@undertone/tables";
import Type from "typebox";

const DELIMITERS: Record<string, string> = { comma: ",", semicolon: ";", tab: "\t", pipe: "|", "\\t": "\t" };
const choice = (values: string[], description: string) => Type.Optional(Type.Enum(values, { description }));
const text = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 200, description }));

/**
 * How a table is read and written. The file command and POST /sentiment/file have these names in
 * common. Every setting is detected or has a default.
 */
export const TableSettings = Type.Object(
  {
    format: choice(
      ["csv", "tsv", "jsonl", "json"],
      "The format of the file; `json` is an array of objects. Detected by default.",
    ),
    delimiter: text(
      "The separator of cells: `comma`, `semicolon`, `tab`, `pipe` or one character. Detected by default.",
    ),
    lineEnds: choice(["lf", "crlf", "cr"], "The only line end that ends a row. By default all of them do."),
    quote: choice(
      ["double", "single", "none"],
      "The character that encloses a cell. The default is `double`.",
    ),
    encoding: text(
      "The encoding of the file, for example utf-8, utf-16le, windows-1252. Detected by default.",
    ),
    encodingErrors: choice(
      ["stop", "row"],
      [
        "What bytes that the encoding does not allow do: `stop` (the default) ends the run, `row`",
        "fails the row.",
      ].join(" "),
    ),
    compression: choice(["none", "gzip", "zstd"], "The compression of the file. Detected by default."),
    header: Type.Optional(
      Type.Boolean({ description: "Whether the first row has the column names. The default is true." }),
    ),
    textColumn: text("The text's column, by name or number. The default is `text` or `review_text`."),
    resultPrefix: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z_][A-Za-z0-9_]{0,63}$",
        default: "sentiment_",
        description: "The start of every result column's name.",
      }),
    ),
    outputEncoding: text("The encoding of the result. The default is the file's encoding."),
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
