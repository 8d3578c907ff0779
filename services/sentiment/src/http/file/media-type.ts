import type { Detected } from "@undertone/tables";

/** The media type of a table. */
export function mediaType({ format, delimiter, encoding }: Detected, outputEncoding = encoding): string {
  if (format === "jsonl") return "application/x-ndjson";
  if (format === "json") return "application/json";
  return `text/${delimiter === "\t" ? "tab-separated-values" : "csv"}; charset=${outputEncoding}`;
}
