import { readFile, writeFile } from "node:fs/promises";

const FILE = new URL("./results.md", import.meta.url);

/** The text of a section without its markers; empty if there is none. */
export async function readSection(name: string): Promise<string> {
  const [, text = ""] = (await readFile(FILE, "utf8")).split(`<!-- ${name}:begin -->`);
  return text.split(`<!-- ${name}:end -->`)[0]!.trim();
}

/**
 * Replaces the section `<!-- name:begin -->` to `<!-- name:end -->` of results.md, or adds it at
 * the end.
 */
export async function writeSection(name: string, markdown: string): Promise<void> {
  const old = await readFile(FILE, "utf8").catch(() => "# Results\n");
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const section = `${begin}\n${markdown.trim()}\n${end}`;
  const [start, stop] = [old.indexOf(begin), old.indexOf(end)];
  const text =
    start < 0
      ? `${old.trimEnd()}\n\n${section}\n`
      : old.slice(0, start) + section + old.slice(stop + end.length);
  await writeFile(FILE, text);
}
