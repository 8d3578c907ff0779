import { copyFile, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { build } from "esbuild";
import { bundleOptions, SENTIMENT_EXTERNAL, THREAD_ENTRY } from "./bundle-options.ts";

/**
 * npm run bundle -- SERVICE FOLDER: what an image runs, started with `node main.js`. Loading the
 * TypeScript and some 900 files of the libraries one by one takes four times the processor time.
 *
 *   FOLDER/main.js, files that its commands load, the worker's program and the page's files beside it, node_modules/
 *   with the packages that cannot be bundled
 */
interface Service {
  entries: readonly string[];
  assets: readonly string[]; // folders that are sent as they are
  external: readonly string[]; // packages with a native library, or with files that they read at run time
}

const SERVICES: Record<string, Service> = {
  sentiment: {
    entries: ["src/main.ts", "src/scoring/worker.ts"],
    assets: ["src/http/page/browser"],
    external: SENTIMENT_EXTERNAL,
  },
  recommender: {
    entries: ["src/main.ts", "src/neighbours/build-thread.ts"],
    assets: [],
    external: ["libsql", "@fastify/swagger-ui", "pg-native"],
  },
};

const root = path.join(import.meta.dirname, "..");
const [name = "", folder] = process.argv.slice(2);
const service = SERVICES[name];
if (service === undefined || folder === undefined) {
  console.error(`usage: npm run bundle -- ${Object.keys(SERVICES).join("|")} FOLDER`);
  process.exit(2);
}
await bundle(path.join(root, "services", name), service, path.resolve(folder));

async function bundle(home: string, { entries, assets, external }: Service, out: string): Promise<void> {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const entryPoints = entries.map((entry) => path.join(home, entry));
  await build(bundleOptions({ entryPoints, external, outdir: out }));
  // Without it Node parses each file twice, to see that it is a module.
  await writeFile(path.join(out, "package.json"), JSON.stringify({ type: "module" }));
  await copyFile(THREAD_ENTRY, path.join(out, path.basename(THREAD_ENTRY)));
  for (const asset of assets)
    await cp(path.join(home, asset), path.join(out, path.basename(asset)), { recursive: true });
  for (const folder of await packagesBelow(home, external)) {
    const target = path.join(out, path.relative(root, folder));
    await cp(folder, target, { recursive: true, filter: (source) => !isOtherPlatform(source) });
  }
}

/** The folders of the packages and of all that they depend on, as npm laid them. */
async function packagesBelow(
  from: string,
  names: readonly string[],
  found = new Set<string>(),
): Promise<Set<string>> {
  for (const name of names) {
    const folder = await folderOf(from, name);
    if (folder === undefined || found.has(folder)) continue;
    found.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
      await readFile(path.join(folder, "package.json"), "utf8"),
    ) as Record<string, Record<string, string>>;
    await packagesBelow(folder, Object.keys({ ...dependencies, ...optionalDependencies }), found);
  }
  return found;
}

/** Nearest first, as Node looks; undefined for an optional package of another platform. */
async function folderOf(from: string, name: string): Promise<string | undefined> {
  for (const modules of createRequire(path.join(from, "package.json")).resolve.paths(name) ?? []) {
    const folder = path.join(modules, name);
    if (await readFile(path.join(folder, "package.json")).catch(() => undefined)) return folder;
  }
  return undefined;
}

/**
 * onnxruntime-node carries its library for every platform (243 of 288 MB are for others), libsql
 * comes for musl too.
 */
function isOtherPlatform(source: string): boolean {
  if (/@libsql\/.*-musl$/.test(source)) return true;
  const [, platform, arch] = /onnxruntime-node\/bin\/napi-v\d+\/(\w+)(?:\/(\w+))?/.exec(source) ?? [];
  if (platform === undefined) return false;
  return platform !== process.platform || (arch !== undefined && arch !== process.arch);
}
