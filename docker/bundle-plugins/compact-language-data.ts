import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "esbuild";
import { packNgrams } from "./ngram-table.ts";

const TABLE = path.join(import.meta.dirname, "ngram-table.ts");
const NAMESPACE = "ngrams";

/**
 * Gives eld's detector its n-grams as a packed table in a file of the bundle. The JavaScript objects of
 * its package take 29 MB of heap, and 1 MB of source that V8 keeps.
 */
export const compactLanguageData: Plugin = {
  name: "compact-language-data",
  setup(build) {
    build.onLoad({ filter: /[\\/]eld[\\/]src[\\/]ngrams[\\/]\w+\.js$/ }, async (module) => {
      const { ngramsData } = await import(pathToFileURL(module.path).href);
      const { ngrams: _, ...others } = ngramsData;
      const contents = `
        import { readFileSync } from "node:fs";
        import { readNgrams } from ${JSON.stringify(TABLE)};
        import file from ${JSON.stringify(`${NAMESPACE}:${module.path}`)};
        const ngrams = readNgrams(readFileSync(new URL(file, import.meta.url)));
        export const ngramsData = { ...${JSON.stringify(others)}, ngrams };`;
      return { contents, loader: "js", resolveDir: path.dirname(module.path) };
    });
    build.onResolve({ filter: new RegExp(`^${NAMESPACE}:`) }, ({ path: name }) => ({
      path: name.slice(NAMESPACE.length + 1).replace(/\.js$/, ".bin"),
      namespace: NAMESPACE,
    }));
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, async ({ path: name }) => {
      const { ngramsData } = await import(pathToFileURL(name.replace(/\.bin$/, ".js")).href);
      return { contents: packNgrams(ngramsData.ngrams), loader: "file" };
    });
  },
};
