import type { Manifest } from "@undertone/models";
import { delimiterName, type Table } from "@undertone/tables";
import { RESULT_PREFIX, type TableSettings } from "../table/options.ts";
import { resultColumns } from "../table/result-columns.ts";

/**
 * Everything that the format of an output and the meaning of its results depend on, in words for a
 * message. A stopped run can be continued only with the same setup.
 */
export type RunSetup = Readonly<Record<string, string>>;

export function runSetup(
  table: Table,
  columns: readonly string[],
  { name, version, graph, files, stars }: Manifest,
  { quote = "double", resultPrefix = RESULT_PREFIX }: TableSettings,
  outputEncoding: string,
): RunSetup {
  const { format, delimiter, escape: quoteEscape, header, encoding } = table.detected;
  return {
    model: `${name} ${version}`,
    "SHA-256 of the model's graph": files[graph]!.sha256,
    "result columns": resultColumns(resultPrefix, stars !== undefined).join(", "),
    format,
    ...(delimiter !== undefined && { delimiter: delimiterName(delimiter) }),
    ...(format === "csv" && { quote, "character before a quote": quoteEscape!, header: String(header) }),
    "text column": columns.join(" or "),
    encoding,
    "encoding of the output": outputEncoding,
  };
}

/**
 * @throws Error if the stopped run had another setup, because the output would mix two kinds of
 * results
 */
export function checkSetup(file: string, begun: RunSetup, now: RunSetup): void {
  const name = [...new Set([...Object.keys(begun), ...Object.keys(now)])].find(
    (key) => begun[key] !== now[key],
  );
  if (name === undefined) return;
  throw new Error(
    `${file}: the stopped run cannot be resumed. ` +
      `Expected ${name}: ${begun[name] ?? "none"}; found ${now[name] ?? "none"}. ` +
      "Run again with what it was begun with, or remove this file and run without --resume.",
  );
}
