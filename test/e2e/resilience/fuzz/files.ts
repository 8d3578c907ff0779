import fc from "fast-check";
import { toBody } from "./body.ts";
import { item, text } from "./sources.ts";

const cell = fc.oneof(
  text.map((one) => `"${one.slice(0, 2_000).replaceAll('"', '""')}"`),
  fc.string({ unit: "binary-ascii", maxLength: 20 }),
);
const table = fc
  .tuple(
    fc.array(fc.tuple(cell, cell), { maxLength: 12 }),
    fc.constantFrom(",", ";", "\t", "|"),
    fc.constantFrom("\n", "\r\n", "\r"),
    fc.constantFrom("text", "review_text", "body", "\ufefftext"),
  )
  .map(([rows, delimiter, end, column]) =>
    [["id", column], ...rows].map((row) => row.join(delimiter) + end).join(""),
  );
const lines = fc.array(item, { maxLength: 10 });
const QUERIES = [
  "",
  "?summary=line",
  "?format=csv",
  "?format=jsonl&unscorable=refuse",
  "?header=false&textColumn=2",
  "?outputEncoding=utf-16le&summary=line",
  "?delimiter=%00",
  "?encoding=nonsense",
  "?compression=gzip",
  "?resultPrefix=%20",
];
const content = fc.oneof(
  table.map((source) => ({ source, type: "text/csv" })),
  lines.map((items) => ({ source: items.join("\n"), type: "application/x-ndjson" })),
  lines.map((items) => ({ source: `[${items}]`, type: "application/json" })),
);

/** A file for POST /sentiment/file: a table, JSON Lines or a JSON array, at times in a form. */
export const anyFile = fc
  .tuple(content, fc.constantFrom(...QUERIES), fc.nat(4))
  .map(([{ source, type }, query, form]) =>
    form > 0
      ? toBody("/sentiment/file", source, { path: `/sentiment/file${query}`, type })
      : toBody("/sentiment/file", part(source), {
          path: `/sentiment/file${query}`,
          type: "multipart/form-data; boundary=b",
        }),
  );

function part(source: string): string {
  return `--b\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\n${source}\r\n--b--\r\n`;
}
