import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

/** Names a review across the files of a teacher: the first 16 hex digits of its text's sha256. */
export const textKey = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/**
 * What a file of a teacher, `{key, <field>}` a line, says of a review.
 * @returns a look-up by text, which throws an Error where the file lacks the review
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
