import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { FINDINGS, type Finding } from "../e2e/attacks/findings.ts";
import { FIELD_CASES, type VerifiedCase } from "./verified/field-cases.ts";

/** The lists, by the marker comment before their table in docs/verified.md. */
export const LISTS: Record<string, readonly VerifiedCase[]> = { "field cases": FIELD_CASES };

const PAGE = path.join(import.meta.dirname, "../../docs/verified.md");

function tableOf(cases: readonly VerifiedCase[]): string {
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("`", "'");
  const rows = cases.map((row) => {
    const held = "reason" in row ? row.reason : `\`${row.file}\`: ${cell(row.test)}`;
    return `| ${row.id} | ${row.what} | ${held} |`;
  });
  return ["| case | what | test, or why there is none |", "| --- | --- | --- |", ...rows].join("\n");
}

function tableOfFindings(findings: readonly Finding[]): string {
  const rows = findings.map(({ number, what, kinds = [], tests, before, now }) => {
    const held = [...kinds.map((kind) => `\`--only ${kind}\``), ...tests.map((file) => `\`${file}\``)];
    return `| ${number} | ${what} | ${held.join(", ")} | ${before} | ${now} |`;
  });
  return [
    "| finding | what | attacks and tests | before | now |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/** The page with each table between its markers. @throws Error if a marker is missing */
export function withTables(page: string): string {
  const tables = Object.entries(LISTS).map(([name, cases]) => [name, tableOf(cases)] as const);
  return [...tables, ["attacks", tableOfFindings(FINDINGS)] as const].reduce((text, [name, table]) => {
    const [from, to] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const [start, end] = [text.indexOf(from), text.indexOf(to)];
    if (start === -1 || end < start) throw new Error(`docs/verified.md: expected ${from} and ${to}`);
    return `${text.slice(0, start + from.length)}\n\n${table}\n\n${text.slice(end)}`;
  }, page);
}

export const readPage = () => readFile(PAGE, "utf8");

/**
 * `node --import ./typescript.mjs test/contract/verified-table.ts` writes the tables of
 * docs/verified.md.
 */
if (process.argv[1] === import.meta.filename) await writeFile(PAGE, withTables(await readPage()));
