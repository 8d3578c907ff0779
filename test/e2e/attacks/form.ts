import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { short: { type: "boolean", default: false }, only: { type: "string" } },
});

/** `--short`: every attack once and shortly, for `.ci/run`. */
export const SHORT: boolean = values.short;
/** The kinds of attacks to run, if not all. */
export const ONLY: string | undefined = values.only;

const dockerfile = readFileSync(new URL("../../../docker/sentiment.Dockerfile", import.meta.url), "utf8");

/** The image's settings of the allocator: they decide how much memory comes back. */
export const ALLOCATOR: Record<string, string> = Object.fromEntries(
  [...dockerfile.matchAll(/(MALLOC_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
);
