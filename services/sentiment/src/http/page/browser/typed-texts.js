import { stringify } from "./vendor/csv-stringify.js";

/** Texts that were typed, one a line: sent as JSON Lines, downloaded as CSV. */
export class TypedTexts {
  /** @type {Record<string, unknown>[]} */
  rows = [];
  #rest = "";
  #decoder = new TextDecoder();

  /** @param {Uint8Array<ArrayBuffer>} bytes of the answer */
  add(bytes) {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.rows.push(JSON.parse(line));
  }

  /**
   * @param {boolean} escapeFormulas a text such as `=1+1` is run by a spreadsheet, unless an
   * apostrophe stands before it
   * @returns {Blob}
   */
  csv(escapeFormulas) {
    const names = Object.keys(this.rows[0] ?? {});
    const rows = this.rows.map((row) => names.map((name) => row[name] ?? null));
    const cast = { boolean: String };
    const csv = stringify([names, ...rows], { escape_formulas: escapeFormulas, cast });
    return new Blob([csv], { type: "text/csv" });
  }
}

/** @param {string} box @returns {string[]} */
export function textsOf(box) {
  return box.split(/\r?\n/).filter((line) => line.trim() !== "");
}

/** @param {string[]} texts @returns {Blob} */
export function asJsonLines(texts) {
  return new Blob(texts.map((text) => `${JSON.stringify({ text })}\n`));
}
