import { copyFile } from "node:fs/promises";
import path from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundleOptions, SENTIMENT_EXTERNAL, THREAD_ENTRY } from "../../../docker/bundle-options.ts";
import { IMAGE_FLAGS, startProcess } from "../../helpers/process.ts";

/**
 * The service and the workers of the tests, bundled as the image's program is. The proofs start
 * some forty processes, and a bundle starts with a fifth of the processor time. It stands where it
 * finds the packages that stay outside.
 */
const folder = fileURLToPath(new URL("../../../node_modules/.cache/stream-proofs", import.meta.url));
const SERVICE = fileURLToPath(new URL("../../../services/sentiment/src", import.meta.url));
export type Program = "main" | "dying-worker" | "poisoned-worker";

const own = (["dying-worker", "poisoned-worker"] satisfies Program[]).map((name) =>
  path.join(import.meta.dirname, `${name}.ts`),
);
const entryPoints = [path.join(SERVICE, "main.ts"), path.join(SERVICE, "scoring/worker.ts"), ...own];
await build(bundleOptions({ entryPoints, external: SENTIMENT_EXTERNAL, outdir: folder }));
await copyFile(THREAD_ENTRY, path.join(folder, path.basename(THREAD_ENTRY)));

/** Starts one of the programs; `env` is all of its configuration. */
export function startProgram(t: TestContext, program: Program, args: string[], env: Record<string, string>) {
  return startProcess(t, [...IMAGE_FLAGS, path.join(folder, `${program}.js`), ...args], env);
}
