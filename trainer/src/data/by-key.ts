import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

/** The key of a review in a teacher's files: the first 16 hex digits of the SHA-256 of its text. */
export const textKey = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/**
 * Reads a teacher's file with one `{key, <field>}` per line.
 * @returns a function from a text to its value, which throws an Error if the file lacks the text
 */
export async function readByKey(file: string, field: string): Promise<(text: string) => number> {
  const values = new Map<string, number>();
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const row = JSON.parse(line) as Record<string, string | number>;
    values.set(row.key as string, row[field] as number);
  }
  return (text) => {
    const value = values.get(textKey(text));
    if (value === undefined)
      throw new Error(`${file}: a review is missing; the file was made from another corpus`);
    return value;
  };
}
