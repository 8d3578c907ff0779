import type { CsvError, Options } from "csv-parse";
import { parse } from "csv-parse/sync";
import { type CsvDialect, csvOptions } from "./csv.ts";
import type { Format, LineEnds, TableOptions } from "./options.ts";
import { TableError } from "./table-error.ts";

/** What Excel writes and reads to name a delimiter: a line before the header. */
const SEP_LINE = /^sep=([^\r\n"])(?:\r\n|\r|\n)/i;
const DELIMITERS = [",", ";", "\t", "|"];
/** Records that are looked at to tell the delimiter. */
const LOOKED_AT = 50;

/** By content: a bracket begins a JSON array, an object JSON Lines, all else is CSV. */
export function detectFormat(text: string): Format {
  const start = text.trimStart();
  if (/^\[\s*([[{\]"\d-]|null|true|false)/.test(start)) return "json";
  if (!start.startsWith("{")) return "csv";
  const line = start.split(/[\r\n]/, 1)[0]!;
  if (isObject(line)) return "jsonl";
  if (/^\{\s*'/.test(start))
    throw new TableError(
      "invalid_json",
      "The first line looks like a Python dictionary. Expected JSON: write the lines with json.dumps.",
    );
  if (/^\{\s*("|$)/.test(line)) {
    if (/^\{\s*$|^\{[^}]*$/.test(line))
      throw new TableError(
        "invalid_json",
        [
          "The file is one JSON object over several lines. Expected one object per line (JSON",
          "Lines), or an array of objects.",
        ].join(" "),
      );
    return "jsonl";
  }
  return "csv";
}

function isObject(line: string): boolean {
  try {
    return typeof JSON.parse(line) === "object";
  } catch {
    return false;
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
  const [sepLine = "", named] = SEP_LINE.exec(text) ?? [];
  const quote = options.quote === "none" ? null : (options.quote ?? '"');
  const { lineEnds, maxRecordBytes } = options;
  const given = options.delimiter ?? named;
  const escapes = [options.escape ?? quote ?? '"'];
  if (options.escape === undefined && quote !== null && text.includes(`\\${quote}`)) escapes.push("\\");
  const firstLine = sepLine === "" ? 1 : 2;
  const dialects = (given === undefined ? DELIMITERS : [given]).flatMap((delimiter) =>
    escapes.map((character) => ({
      delimiter,
      escape: character,
      quote,
      lineEnds,
      maxRecordBytes,
      firstLine,
    })),
  );
  const head = text.slice(sepLine.length);
  const judged = dialects.map((csv) => ({ csv, ...judge(head, csv, wanted, whole) }));
  // A stable sort: of equals the first delimiter and the plain escape stay first.
  judged.sort(
    (a, b) =>
      Number(b.wanted) - Number(a.wanted) ||
      b.agreeing - a.agreeing ||
      Number(b.strict) - Number(a.strict) ||
      b.width - a.width,
  );
  return { csv: judged[0]!.csv, sepLine };
}

function judge(text: string, dialect: CsvDialect, wanted: readonly string[], whole: boolean) {
  const { rows } = firstRows(text, dialect);
  if (!whole && rows.length > 1 && rows.length < LOOKED_AT) rows.pop(); // it may be cut
  const [first = []] = rows;
  const named = wanted.some((name) => first.includes(name));
  const same = rows.filter(({ length }) => length === first.length).length / Math.max(rows.length, 1);
  return {
    width: first.length,
    wanted: named,
    agreeing: first.length > 1 || named ? same : 0,
    strict: !firstRows(text, dialect, { relax_quotes: false }).broken,
  };
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
