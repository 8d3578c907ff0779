import { homedir } from "node:os";
import path from "node:path";

/** Where what only training needs is kept between clones: `UNDERTONE_CACHE`, or `~/.cache/undertone`. */
export const cacheFolder = process.env.UNDERTONE_CACHE ?? path.join(homedir(), ".cache", "undertone");

/** GloVe 6B 100d as setup packs it: float32 `[words, 100]` row-major, and the words, one a line. */
export const gloveFiles = {
  vectors: path.join(cacheFolder, "glove-6b-100d.f32"),
  words: path.join(cacheFolder, "glove-6b-100d.words.txt"),
};
