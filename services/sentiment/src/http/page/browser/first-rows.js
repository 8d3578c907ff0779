import { parse } from "./vendor/csv-parse.js";

/**
 * A row of a result, as the page shows it.
 * @typedef {{ text: string, label: string, score: string, warnings: string, error: string }}
 * ShownRow
 * @typedef {import("./score-file.js").Detected} Detected
 */

/** So much of a result is looked at. A larger JSON array shows no rows. */
const HEAD_BYTES = 262_144;
const TEXT_COLUMNS = ["text", "review_text"];

/**
 * The first rows of a result, from its first bytes on. The service has read the file; this reads
 * what it answered.
 */
export class FirstRows {
  #detected;
  #column;
  #most;
  #text = "";
  #decoder;

  /**
   * @param {Detected} detected
   * @param {string} column the text's column; empty: a usual name
   * @param {number} most
   */
  constructor(detected, column, most) {
    this.#detected = detected;
    this.#column = column;
    this.#most = most;
    this.#decoder = decoderOf(detected.encoding);
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  add(bytes) {
    if (this.#text.length < HEAD_BYTES) this.#text += this.#decoder.decode(bytes, { stream: true });
  }

  /** @returns {ShownRow[]} */
  rows() {
    const { format } = this.#detected;
    const rows = format === "csv" ? this.#csv() : format === "jsonl" ? this.#lines() : this.#array();
    return rows.slice(0, this.#most);
  }

  #csv() {
    /** @type {string[][]} */
    const rows = [];
    try {
      parse(this.#text.replace(/^sep=.[\r\n]+/i, ""), {
        delimiter: this.#detected.delimiter ?? ",",
        record_delimiter: ["\r\n", "\n", "\r"],
        relax_quotes: true,
        relax_column_count: true,
        skip_empty_lines: true,
        to: this.#most + 1,
        on_record: (cells) => {
          rows.push(/** @type {string[]} */ (/** @type {unknown} */ (cells)));
          return null;
        },
      });
    } catch {
      // The head may end inside a cell; the rows before that are shown.
    }
    const names = this.#detected.header ? (rows.shift() ?? []) : [];
    return rows.map((cells) => {
      const named = Object.fromEntries(names.map((name, i) => [name, cells[i]]));
      return this.#detected.header ? this.#shown(named, cells) : this.#unnamed(cells);
    });
  }

  #lines() {
    const lines = this.#text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== "");
    return lines.flatMap((line) => {
      const object = objectOf(line);
      return object === undefined ? [] : [this.#shown(object)];
    });
  }

  #array() {
    const array = objectOf(this.#text);
    return Array.isArray(array) ? array.map((object) => this.#shown(object)) : [];
  }

  /** @param {Record<string, unknown>} row @param {string[]} [cells] @returns {ShownRow} */
  #shown(row, cells) {
    const names = this.#column === "" ? TEXT_COLUMNS : [this.#column];
    const name = names.find((name) => row[name] !== undefined);
    const value = (/** @type {string} */ key) => String(row[`sentiment_${key}`] ?? "");
    return {
      text: String(name === undefined ? (cells?.[Number(this.#column) - 1] ?? "") : row[name]),
      label: value("label"),
      score: value("score"),
      warnings: value("warnings"),
      error: value("error"),
    };
  }

  /**
   * Without a header the result columns are the last ones; only stars may follow the error.
   * @param {string[]} cells
   */
  #unnamed(cells) {
    const stars = /^[1-5](\.\d)?$/.test(cells.at(-1) ?? "") ? 1 : 0;
    const [label, score, , warnings, error] = cells.slice(-5 - stars);
    const row = {
      sentiment_label: label,
      sentiment_score: score,
      sentiment_warnings: warnings,
      sentiment_error: error,
    };
    return this.#shown(row, cells);
  }
}

/** @param {string} encoding */
function decoderOf(encoding) {
  try {
    return new TextDecoder(encoding);
  } catch {
    return new TextDecoder(); // an encoding that the browser does not know: the rows may look odd, the file is right
  }
}

/** @param {string} text */
function objectOf(text) {
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === "object" ? value : undefined;
  } catch {
    return undefined;
  }
}
