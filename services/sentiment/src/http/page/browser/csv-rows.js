import { ADDED, addedColumns, csvFields } from "./added.js";
import { partRead, unpacked } from "./unpacked.js";
import { Unreadable } from "./unreadable.js";
import { parse } from "./vendor/csv-parse.js";

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("./rows.js").Outcome} Outcome */
/** @typedef {import("./rows.js").Source} Source */

const LONGEST_ROW = 10_000_000; // UTF-16 units; a quote that is never closed must not swallow a whole file

/**
 * @param {File} file
 * @param {string[]} columns
 * @param {boolean} stars whether the model estimates them
 * @returns {Pick<Source, "rows" | "head" | "write">}
 */
export function csvRows(file, columns, stars) {
  let head = "";
  let lineEnd = "\n";
  let width = 0;
  let at = -1;

  /** @param {Parsed} parsed */
  function readHeader({ record, raw }) {
    if (ADDED.some((name) => record.includes(name))) throw new Unreadable("This file was scored before.");
    const name = columns.find((name) => record.includes(name));
    if (name === undefined) throw new Unreadable("Which column holds the text?", record);
    at = record.indexOf(name);
    width = record.length;
    lineEnd = raw.endsWith("\r") ? "\r\n" : "\n";
    head = `${withoutEnd(raw)},${addedColumns(stars).join(",")}${lineEnd}`;
  }

  /** @param {Parsed} parsed @returns {Row} */
  function toRow({ record, raw, info }) {
    const row = { raw: withoutEnd(raw), done: partRead(file, info.bytes) };
    if (record.length === width) return { ...row, text: record[at] ?? "" };
    return {
      raw: row.raw + ",".repeat(Math.max(0, width - record.length)),
      done: row.done,
      fault: "invalid_row",
    };
  }

  async function* rows() {
    for await (const records of readRecords(file)) {
      if (at === -1) readHeader(/** @type {Parsed} */ (records.shift()));
      yield records.filter(({ record }) => width === 1 || record.length > 1 || record[0] !== "").map(toRow);
    }
    if (at === -1) throw new Unreadable("This file is empty.");
  }

  const write = (/** @type {Row} */ row, /** @type {Outcome} */ outcome) =>
    `${row.raw},${csvFields(outcome, stars)}${lineEnd}`;
  return { rows: rows(), head: () => head, write };
}

/** @typedef {{ record: string[], raw: string, info: { bytes: number } }} Parsed */

/** @param {File} file @returns {AsyncGenerator<Parsed[]>} */
async function* readRecords(file) {
  /** @type {Parsed[]} */
  const records = [];
  /** @type {Error | undefined} */
  let failure;
  const parser = parse({
    raw: true,
    info: true,
    relax_quotes: true, // a quote inside an unquoted field is a letter
    relax_column_count: true, // such a row has a fault of its own
    record_delimiter: ["\r\n", "\n"],
    max_record_size: LONGEST_ROW,
    on_record: (parsed) => {
      records.push(/** @type {Parsed} */ (/** @type {unknown} */ (parsed)));
      return null;
    },
  });
  parser.on("error", (error) => {
    failure = error;
  });
  parser.resume();
  const readUp = () => {
    if (failure !== undefined) throw new Unreadable(`This file cannot be read as CSV: ${failure.message}`);
    return records.splice(0);
  };
  let empty = true;
  for await (const piece of unpacked(file)) {
    empty = false;
    await new Promise((resolve) => parser.write(piece, resolve));
    const read = readUp();
    if (read.length > 0) yield read;
  }
  if (empty) return; // the parser fails at the end of nothing
  await new Promise((resolve) => parser.once("error", resolve).end(resolve));
  const last = readUp();
  if (last.length > 0) yield last;
}

/** A raw record ends with the first character of its delimiter, or with nothing at the end of the file. @param {string} raw */
function withoutEnd(raw) {
  return raw.endsWith("\r") || raw.endsWith("\n") ? raw.slice(0, -1) : raw;
}
