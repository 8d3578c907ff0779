export const percent = (share: number, digits = 2) => `${(100 * share).toFixed(digits)} %`;

/** A Markdown table. */
export const table = (head: string[], rows: (string | number)[][]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
