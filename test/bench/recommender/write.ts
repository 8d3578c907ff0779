import { readFile, writeFile } from "node:fs/promises";

const HEADING = "## The benefit, measured";
const [START, END] = ["<!-- bench:recommender: generated, do not edit -->", "<!-- /bench:recommender -->"];

/**
 * Writes the text between its markers under the heading. It creates the file, the heading and the
 * markers if they are missing.
 */
export async function writeSection(file: string, text: string): Promise<void> {
  const old = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return "# The recommender\n";
  });
  await writeFile(file, withSection(old, text));
}

export function withSection(document: string, text: string): string {
  const section = `${START}\n${text.trim()}\n${END}`;
  const [start, end] = [document.indexOf(START), document.indexOf(END)];
  if (start >= 0 && end > start) return document.slice(0, start) + section + document.slice(end + END.length);
  if (!document.includes(`${HEADING}\n`)) return `${document.trimEnd()}\n\n${HEADING}\n\n${section}\n`;
  return document.replace(`${HEADING}\n`, () => `${HEADING}\n\n${section}\n`);
}
