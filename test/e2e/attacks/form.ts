import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { short: { type: "boolean", default: false }, only: { type: "string" } },
});

/** `--short` runs every attack once for a short time, for CI. */
export const SHORT: boolean = values.short;
/** The kinds of attacks to run; by default all. */
export const ONLY: string | undefined = values.only;

const dockerfile = readFileSync(new URL("../../../docker/sentiment.Dockerfile", import.meta.url), "utf8");

/** The image's allocator settings, on which the memory after an attack depends. */
export const ALLOCATOR: Record<string, string> = Object.fromEntries(
  [...dockerfile.matchAll(/(MALLOC_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
);
