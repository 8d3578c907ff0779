/** A part of the report: its Markdown, and the same as data. */
export interface Part {
  title: string;
  note?: string;
  header: string[];
  rows: (string | number)[][];
}

export function markdownOf({ title, note, header, rows }: Part): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  const table = [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
  return `### ${title}\n\n${note === undefined ? "" : `${note}\n\n`}${table}`;
}

export const fixed = (value: number, digits = 0): string => value.toFixed(digits);
