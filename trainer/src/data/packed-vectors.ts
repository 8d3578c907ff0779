import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/**
 * The folder for files that only training needs. All clones share it: `UNDERTONE_CACHE`, or
 * `~/.cache/undertone`.
 */
export const cacheFolder = process.env.UNDERTONE_CACHE ?? path.join(homedir(), ".cache", "undertone");

/**
 * GloVe 6B 100d as `setup:trainer` packs it: float32 `[words, 100]` row-major, and the words, one
 * per line.
 */
export const gloveFiles = {
  vectors: path.join(cacheFolder, "glove-6b-100d.f32"),
  words: path.join(cacheFolder, "glove-6b-100d.words.txt"),
};

/** Whether `setup:trainer` has packed the GloVe vectors. */
export const hasPackedVectors = (): boolean => Object.values(gloveFiles).every((file) => existsSync(file));
