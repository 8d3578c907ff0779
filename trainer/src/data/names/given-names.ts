import { readFile } from "node:fs/promises";

/**
 * Given names of many origins, lower-case; those that are common English words or say something of
 * a film are left out.
 */
export const readGivenNames = async (): Promise<string[]> =>
  JSON.parse(await readFile(new URL("given-names.json", import.meta.url), "utf8"));
