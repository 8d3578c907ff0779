import type { Detected } from "@undertone/tables";

/** What a table is called when it is sent. */
export function mediaType({ format, delimiter, encoding }: Detected, outputEncoding = encoding): string {
  if (format === "jsonl") return "application/x-ndjson";
  if (format === "json") return "application/json";
  return `text/${delimiter === "\t" ? "tab-separated-values" : "csv"}; charset=${outputEncoding}`;
}
