import { ADDED } from "./added.js";
import { pieces } from "./api.js";
import { parse } from "./vendor/csv-parse.js";
import { stringify } from "./vendor/csv-stringify.js";

/**
 * One row of what is scored, as it stood. It has a text, or a fault of its own.
 * @typedef {{ raw: string, text?: string, fault?: string, done: number }} Row `done`: how much of the input ends with it, 0..1
 * @typedef {{ label: string, score: number, truncated: boolean } | { error: string }} Outcome
 * @typedef {{
 *   rows: AsyncGenerator<Row[]>,
 *   head: () => string,
 *   write: (row: Row, outcome: Outcome) => string,
 *   name: string,
 *   type: string,
 * }} Source `head` is known once there are rows; `name` is the download's
 */

/** The file has to be read otherwise, or cannot be read. */
export class Unreadable extends Error {
  /** @param {string} message @param {string[]} [columns] of which the user should name the text's */
  constructor(message, columns = []) {
    super(message);
    this.columns = columns;
  }
}

const TEXT_COLUMNS = ["text", "review_text"];
const LONGEST_ROW = 10_000_000; // UTF-16 units; a quote that is never closed must not swallow a whole file

/** One text a line. @param {string} box @returns {Source} */
export function linesSource(box) {
  const texts = box.split(/\r?\n/).filter((line) => line.trim() !== "");
  async function* rows() {
    yield texts.map((text, i) => ({
      raw: stringify([[text]]).trimEnd(),
      text,
      done: (i + 1) / texts.length,
    }));
  }
  const head = () => `text,${ADDED.join(",")}\n`;
  const write = (/** @type {Row} */ row, /** @type {Outcome} */ outcome) =>
    `${row.raw},${added(outcome).join(",")}\n`;
  return { rows: rows(), head, write, name: "scored.csv", type: "text/csv" };
}

/** @param {File} file @param {string} [column] where none of the usual names is there @returns {Source} */
export function fileSource(file, column) {
  const columns = column === undefined ? TEXT_COLUMNS : [column];
  const name = file.name.replace(/\.gz$/i, "").replace(/(\.\w+)?$/, "-scored$1");
  return /\.(jsonl|ndjson|json)(\.gz)?$/i.test(file.name)
    ? { ...jsonLines(file, columns), name, type: "application/x-ndjson" }
    : { ...csv(file, columns), name, type: "text/csv" };
}

/** @param {File} file @param {string[]} columns @returns {Pick<Source, "rows" | "head" | "write">} */
function csv(file, columns) {
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
    head = `${withoutEnd(raw)},${ADDED.join(",")}${lineEnd}`;
  }

  /** @param {Parsed} parsed @returns {Row} */
  function toRow({ record, raw, info }) {
    const row = { raw: withoutEnd(raw), done: Math.min(1, info.bytes / file.size) };
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
    `${row.raw},${added(outcome).join(",")}${lineEnd}`;
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
  for await (const piece of unpacked(file)) {
    await new Promise((resolve) => parser.write(piece, resolve));
    const read = readUp();
    if (read.length > 0) yield read;
  }
  await new Promise((resolve) => parser.once("error", resolve).end(resolve));
  const last = readUp();
  if (last.length > 0) yield last;
}

/** @param {File} file @param {string[]} columns @returns {Pick<Source, "rows" | "head" | "write">} */
function jsonLines(file, columns) {
  let read = 0;
  const encoder = new TextEncoder();

  /** @param {string} line @returns {Row} */
  function toRow(line) {
    read += encoder.encode(line).length + 1;
    const row = { raw: line.trim(), done: Math.min(1, read / file.size) };
    const value = objectOf(row.raw);
    const name = columns.find((name) => typeof value?.[name] === "string");
    return name === undefined ? { ...row, fault: "invalid_row" } : { ...row, text: String(value?.[name]) };
  }

  /** @param {string} line */
  function checkFirst(line) {
    const value = objectOf(line);
    if (value === undefined)
      throw new Unreadable("This file is not JSON Lines: its first line is not a JSON object.");
    if (ADDED.some((name) => Object.hasOwn(value, name)))
      throw new Unreadable("This file was scored before.");
    if (!columns.some((name) => Object.hasOwn(value, name)))
      throw new Unreadable("Which member holds the text?", Object.keys(value));
  }

  async function* rows() {
    let rest = "";
    let first = true;
    for await (const piece of unpacked(file)) {
      const lines = (rest + piece).split("\n");
      rest = lines.pop() ?? "";
      const full = lines.filter((line) => line.trim() !== "");
      if (first && full[0] !== undefined) checkFirst(full[0]);
      first &&= full.length === 0;
      if (full.length > 0) yield full.map(toRow);
    }
    if (rest.trim() !== "") {
      if (first) checkFirst(rest);
      yield [toRow(rest)];
    } else if (first) throw new Unreadable("This file is empty.");
  }

  /** @param {Row} row @param {Outcome} outcome */
  function write(row, outcome) {
    const values = added(outcome);
    const members = JSON.stringify(
      Object.fromEntries(ADDED.map((name, i) => [name, values[i] === "" ? null : values[i]])),
    );
    if (objectOf(row.raw) === undefined)
      return `${JSON.stringify({ raw: row.raw }).slice(0, -1)},${members.slice(1)}\n`;
    const comma = /^\{\s*\}$/.test(row.raw) ? "" : ",";
    return `${row.raw.slice(0, -1)}${comma}${members.slice(1)}\n`;
  }
  return { rows: rows(), head: () => "", write };
}

/** The values of ADDED. None of them can need quotes: labels, codes, numbers and booleans. @param {Outcome} outcome */
function added(outcome) {
  return "error" in outcome
    ? ["", "", "", outcome.error]
    : [outcome.label, outcome.score, outcome.truncated, ""];
}

/** The file's text, piece by piece. @param {File} file */
function unpacked(file) {
  const bytes = file.stream();
  return pieces(/\.gz$/i.test(file.name) ? bytes.pipeThrough(new DecompressionStream("gzip")) : bytes);
}

/** @param {string} line @returns {Record<string, unknown> | undefined} */
function objectOf(line) {
  try {
    const value = JSON.parse(line);
    return value !== null && typeof value === "object" && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A raw record ends with the first character of its delimiter, or with nothing at the end of the file. @param {string} raw */
function withoutEnd(raw) {
  return raw.endsWith("\r") || raw.endsWith("\n") ? raw.slice(0, -1) : raw;
}
