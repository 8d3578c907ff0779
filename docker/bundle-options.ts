import path from "node:path";
import type { BuildOptions } from "esbuild";
import { compactLanguageData } from "./bundle-plugins/compact-language-data.ts";
import { oneByteSource } from "./bundle-plugins/one-byte-source.ts";

const root = path.join(import.meta.dirname, "..");
/** The module that starts a worker thread. It must be in the folder of a bundle, as JavaScript. */
export const THREAD_ENTRY = path.join(root, "services/base/src/thread-entry.mjs");
/**
 * The sentiment service's packages with a native library, or with files that they read at run time.
 */
export const SENTIMENT_EXTERNAL = ["onnxruntime-node", "@fastify/swagger-ui", "csv-parse", "csv-stringify"];

interface Bundle {
  entryPoints: string[];
  external: readonly string[]; // packages that stay in node_modules
  outdir: string;
}

/**
 * esbuild's options for JavaScript with all libraries that are not `external`. The bundle has one file
 * per entry, and further files that the entries load when they need them.
 */
export function bundleOptions({ entryPoints, external, outdir }: Bundle): BuildOptions {
  return {
    absWorkingDir: root,
    entryPoints,
    entryNames: "[name]",
    outdir,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: [...external],
    splitting: true,
    chunkNames: "[name]-[hash]", // in the folder of the entries, because the sources use relative paths
    plugins: [compactLanguageData, oneByteSource],
    // Its CommonJS form loads its files by a `require` that no bundler follows.
    alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
    // V8 keeps the source in memory as it is.
    minifyWhitespace: true,
    legalComments: "inline",
    logLevel: "warning",
    // Libraries in CommonJS ask for Node's own modules with a `require` that an ES module lacks.
    banner: {
      js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);',
    },
  };
}
