import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { short: { type: "boolean", default: false }, only: { type: "string" } },
});

/** `--short`: every attack once and shortly, for `.ci/run`. */
export const SHORT: boolean = values.short;
/** The kinds of attacks to run, if not all. */
export const ONLY: string | undefined = values.only;

const LIBRARIES = [
  "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2",
  "/usr/lib/aarch64-linux-gnu/libjemalloc.so.2",
];

/** The image's allocator with the image's settings, if this machine has it. */
export const ALLOCATOR: Record<string, string> = imageAllocator();

function imageAllocator(): Record<string, string> {
  const library = LIBRARIES.find((file) => existsSync(file));
  if (library === undefined) return {};
  const dockerfile = readFileSync(new URL("../../../docker/sentiment.Dockerfile", import.meta.url), "utf8");
  return { LD_PRELOAD: library, MALLOC_CONF: /MALLOC_CONF=(\S+)/.exec(dockerfile)![1]! };
}
