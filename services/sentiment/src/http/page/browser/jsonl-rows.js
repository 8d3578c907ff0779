import { ADDED, addedColumns, addedTo } from "./added.js";
import { partRead, unpacked } from "./unpacked.js";
import { Unreadable } from "./unreadable.js";

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("./rows.js").Outcome} Outcome */
/** @typedef {import("./rows.js").Source} Source */

/**
 * @param {File} file
 * @param {string[]} columns
 * @param {boolean} stars whether the model estimates them
 * @returns {Pick<Source, "rows" | "head" | "write">}
 */
export function jsonLinesRows(file, columns, stars) {
  let read = 0;
  const encoder = new TextEncoder();

  /** @param {string} line @returns {Row} */
  function toRow(line) {
    read += encoder.encode(line).length + 1;
    const row = { raw: line.trim(), done: partRead(file, read) };
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
    const values = addedTo(outcome, stars);
    const members = JSON.stringify(
      Object.fromEntries(addedColumns(stars).map((name, i) => [name, values[i]])),
    );
    if (objectOf(row.raw) === undefined)
      return `${JSON.stringify({ raw: row.raw }).slice(0, -1)},${members.slice(1)}\n`;
    const comma = /^\{\s*\}$/.test(row.raw) ? "" : ",";
    return `${row.raw.slice(0, -1)}${comma}${members.slice(1)}\n`;
  }
  return { rows: rows(), head: () => "", write };
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
