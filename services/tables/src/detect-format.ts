import type { CsvError, Options } from "csv-parse";
import { parse } from "csv-parse/sync";
import { type CsvDialect, csvOptions } from "./csv.ts";
import type { Format, LineEnds, TableOptions } from "./options.ts";
import { countLineEnds } from "./record.ts";
import { TableError } from "./table-error.ts";

/**
 * What Excel writes and reads to name a delimiter: a line before the header. Every text matches in
 * one way only: if a blank line could match in two ways, 30 of them would take minutes.
 */
const SEP_LINE = /^(?:[ \t]*(?:\r\n|\r(?!\n)|\n))*"?sep=([^\r\n"])"?([^\r\n]*)(?:\r\n|\r|\n)/i;
/** A blank between a delimiter and a cell, at the line's beginning or before a quote. */
const BLANK_BEFORE_CELL = /^[^\r\n]*[,;|][ \t]+[^\s,;|]|[,;|\t][ ]+["']/;
const DELIMITERS = [",", ";", "\t", "|"];
/** Records that are looked at to tell the delimiter. */
const LOOKED_AT = 50;

/** By content: a bracket begins a JSON array, an object JSON Lines, all else is CSV. */
export function detectFormat(text: string): Format {
  const start = text.trimStart();
  if (/^\[\s*([[{\]"\d-]|null|true|false|\/[/*])/.test(start)) return "json";
  if (!start.startsWith("{")) return "csv";
  const [line, next = ""] = start.split(/[\r\n]+\s*/, 2) as [string, string?];
  const value = parsed(line);
  if (value !== undefined && !Object.values(value).every(isColumn)) return "jsonl";
  const wrong = NOT_JSON_LINES.find(([pattern]) => pattern.test(start))?.[1];
  if (wrong !== undefined) throw new TableError("invalid_json", wrong);
  if (!/^\{\s*("|\}|$)/.test(line)) return "csv";
  if (/^\{[^}]*$/.test(line) && next !== "" && !next.startsWith("{"))
    throw new TableError(
      "invalid_json",
      "The file is one JSON object over several lines. Expected one object per line (JSON Lines), or an array of objects.",
    );
  return "jsonl";
}

const NOT_JSON_LINES: [pattern: RegExp, what: string][] = [
  [
    /^\{\s*'/,
    "The first line looks like a Python dictionary. Expected JSON: write the lines with json.dumps.",
  ],
  [
    /^\{\s*[A-Za-z_$][\w$]*\s*:/,
    [
      "The first line looks like a JavaScript object. Expected JSON: the names of members stand in",
      "double quotes.",
    ].join(" "),
  ],
  [
    /^\{\s*"(?:[^"\\]|\\.)*"\s*:\s*\{\s*"0"\s*:/,
    [
      "The file is one JSON object that holds whole columns. Expected one object per row; in pandas,",
      'write to_json(orient="records", lines=True).',
    ].join(" "),
  ],
];

/** A column as pandas' to_json() writes it unless told otherwise: an object with the rows' numbers. */
function isColumn(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "0") && !Array.isArray(value);
}

function parsed(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Which line ends stand in the text. */
export function detectLineEnds(text: string): LineEnds {
  const ends = new Set(text.match(/\r\n|\r|\n/g));
  if (ends.size > 1) return "mixed";
  return ends.has("\r\n") ? "crlf" : ends.has("\r") ? "cr" : "lf";
}

export interface Dialect {
  csv: CsvDialect;
  /** The `sep=;` line, which is no record. */
  sepLine: string;
}

/**
 * The delimiter and the escape under which the most records have as many cells as the first one.
 * @param wanted names of columns: a delimiter that finds one of them in the header is preferred
 */
export function detectDialect(
  text: string,
  options: TableOptions & { maxRecordBytes: number },
  wanted: readonly string[],
  whole: boolean,
): Dialect {
  const { sepLine, named } = findSepLine(text);
  const quote = options.quote === "none" ? null : (options.quote ?? '"');
  const { maxRecordBytes } = options;
  const given = options.delimiter ?? named;
  const head = text.slice(sepLine.length);
  const escapes = [options.escape ?? quote ?? '"'];
  if (options.escape === undefined && quote !== null && text.includes(`\\${quote}`)) escapes.push("\\");
  const firstLine = 1 + countLineEnds(sepLine);
  const trims = BLANK_BEFORE_CELL.test(head) ? [false, true] : [false];
  const lineEnds = likelyLineEnds(head, options.lineEnds);
  const dialects = (given === undefined ? likelyDelimiters(head) : [given]).flatMap((delimiter) =>
    escapes.flatMap((character) =>
      trims.flatMap((trim) =>
        lineEnds.map((lineEnds) => ({
          delimiter,
          escape: character,
          trim,
          quote,
          lineEnds,
          maxRecordBytes,
          firstLine,
        })),
      ),
    ),
  );
  // The wanted column decides before all else, and its line is parsed sooner than all that is looked at.
  const naming = dialects.filter((csv) => names(wanted, firstRows(head, csv, { to: 1 }).rows[0]));
  const judged = (naming.length > 0 ? naming : dialects).map((csv) => judge(head, csv, wanted, whole));
  // A stable sort: of equals the first delimiter, the plain escape and all line ends stay first.
  const better = (a: Judged, b: Judged) =>
    Number(b.wanted) - Number(a.wanted) ||
    b.agreeing - a.agreeing ||
    lineEnds.indexOf(a.csv.lineEnds) - lineEnds.indexOf(b.csv.lineEnds);
  judged.sort(better);
  const best = judged.filter((one) => better(one, judged[0]!) === 0);
  const strict = best.length === 1 ? best : best.filter(({ csv }) => isStrict(head, csv));
  const [widest] = (strict.length > 0 ? strict : best).sort((a, b) => b.width - a.width);
  return { csv: widest!.csv, sepLine };
}

/**
 * Programs that took the line for a row have put it in quotes, or written delimiters or blanks after
 * it. A line with anything else is a row.
 */
function findSepLine(text: string): { sepLine: string; named: string | undefined } {
  const [sepLine = "", named, rest = ""] = SEP_LINE.exec(text) ?? [];
  const isRow = [...rest].some((character) => character !== named && !" \t".includes(character));
  return isRow ? { sepLine: "", named: undefined } : { sepLine, named };
}

/** Those that the text has, and one that it has not, for a table of one column. */
function likelyDelimiters(text: string): string[] {
  const absent = DELIMITERS.find((delimiter) => !text.includes(delimiter));
  return DELIMITERS.filter((delimiter) => delimiter === absent || text.includes(delimiter));
}

/**
 * Every line end ends a row, unless the rows have more equal cells if only the longest or the most
 * usual one does: then the others stand inside cells that have no quotes.
 */
function likelyLineEnds(text: string, given: TableOptions["lineEnds"]): TableOptions["lineEnds"][] {
  if (given !== undefined || detectLineEnds(text) !== "mixed") return [given];
  return [undefined, text.includes("\r\n") ? "crlf" : "lf"];
}

interface Judged {
  csv: CsvDialect;
  width: number;
  wanted: boolean;
  agreeing: number;
}

const names = (wanted: readonly string[], header: readonly string[] = []) =>
  wanted.some((name) => header.includes(name));

function judge(text: string, csv: CsvDialect, wanted: readonly string[], whole: boolean): Judged {
  const { rows } = firstRows(text, csv);
  if (!whole && rows.length > 1 && rows.length < LOOKED_AT) rows.pop(); // it may be cut
  const [first = []] = rows;
  const named = names(wanted, first);
  const same = rows.filter(({ length }) => length === first.length).length / Math.max(rows.length, 1);
  return {
    csv,
    width: first.length,
    wanted: named,
    agreeing: first.length > 1 || named ? same : 0,
  };
}

/** Whether every quote stands where the dialect allows one. */
function isStrict(text: string, csv: CsvDialect): boolean {
  return !firstRows(text, csv, { relax_quotes: false }).broken;
}

/** `broken`: a quote stands where the dialect allows none. */
function firstRows(text: string, dialect: CsvDialect, options: Options = {}) {
  const rows: string[][] = [];
  try {
    parse(text, {
      ...csvOptions(dialect),
      to: LOOKED_AT,
      skip_empty_lines: true,
      on_record: (cells) => {
        rows.push(cells as unknown as string[]);
        return null;
      },
      ...options,
    });
    return { rows, broken: false };
  } catch (error) {
    // The head may end inside a quoted cell; the rows before that count.
    return { rows, broken: (error as CsvError).code !== "CSV_QUOTE_NOT_CLOSED" };
  }
}
