import { readFile } from "node:fs/promises";

/**
 * Given names of many origins, in lower case, without those that are common English words or mean
 * something in film reviews.
 */
export const readGivenNames = async (): Promise<string[]> =>
  JSON.parse(await readFile(new URL("given-names.json", import.meta.url), "utf8"));
