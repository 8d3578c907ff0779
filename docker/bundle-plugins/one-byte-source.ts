import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Plugin } from "esbuild";

/**
 * Escapes the characters above U+00FF that esbuild leaves as they are: those of regular expressions, of `String.raw` (which
 * here holds parts of regular expressions), and of comments. V8 keeps the source in memory, and one such character makes
 * two bytes of every character of a file.
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
