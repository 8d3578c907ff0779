import { addedColumns, csvFields } from "./added.js";
import { csvRows } from "./csv-rows.js";
import { jsonLinesRows } from "./jsonl-rows.js";
import { stringify } from "./vendor/csv-stringify.js";

/**
 * One row of what is scored, as it stood. It has a text, or a fault of its own.
 * @typedef {{ raw: string, text?: string, fault?: string, done: number }} Row `done`: how much of the input ends with it, 0..1
 * @typedef {{ label: string, score: number, truncated: boolean, stars?: number, warnings?: string[] } | { error: string }} Outcome
 * @typedef {{
 *   rows: AsyncGenerator<Row[]>,
 *   head: () => string,
 *   write: (row: Row, outcome: Outcome) => string,
 *   name: string,
 *   type: string,
 * }} Source `head` is known once there are rows; `name` is the download's
 */

const TEXT_COLUMNS = ["text", "review_text"];

/** One text a line. @param {string} box @param {boolean} stars whether the model estimates them @returns {Source} */
export function linesSource(box, stars) {
  const texts = box.split(/\r?\n/).filter((line) => line.trim() !== "");
  async function* rows() {
    yield texts.map((text, i) => ({
      raw: stringify([[text]]).trimEnd(),
      text,
      done: (i + 1) / texts.length,
    }));
  }
  const head = () => `text,${addedColumns(stars).join(",")}\n`;
  const write = (/** @type {Row} */ row, /** @type {Outcome} */ outcome) =>
    `${row.raw},${csvFields(outcome, stars)}\n`;
  return { rows: rows(), head, write, name: "scored.csv", type: "text/csv" };
}

/**
 * @param {File} file
 * @param {boolean} stars whether the model estimates them
 * @param {string} [column] where none of the usual names is there
 * @returns {Source}
 */
export function fileSource(file, stars, column) {
  const columns = column === undefined ? TEXT_COLUMNS : [column];
  const name = file.name.replace(/\.gz$/i, "").replace(/(\.\w+)?$/, "-scored$1");
  return /\.(jsonl|ndjson|json)(\.gz)?$/i.test(file.name)
    ? { ...jsonLinesRows(file, columns, stars), name, type: "application/x-ndjson" }
    : { ...csvRows(file, columns, stars), name, type: "text/csv" };
}
