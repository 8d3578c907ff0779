import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Plugin } from "esbuild";

/**
 * Escapes the characters above U+00FF that esbuild does not escape: those in regular expressions, in
 * `String.raw` (which here has parts of regular expressions), and in comments. V8 keeps the source in
 * memory. With one such character it needs two bytes per character of the file.
 */
export const oneByteSource: Plugin = {
  name: "one-byte-source",
  setup(build) {
    build.initialOptions.write = false;
    build.onEnd(async ({ outputFiles = [] }) => {
      for (const { path: file, contents, text } of outputFiles) {
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, file.endsWith(".js") ? escapeWide(text) : contents);
      }
    });
  },
};

function escapeWide(source: string): string {
  return source.replace(/[^\0-\xff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
