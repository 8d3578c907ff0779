import { pieces } from "./api.js";
import { Unreadable } from "./unreadable.js";

/** The file's text, piece by piece. @param {File} file @returns {AsyncGenerator<string>} */
export async function* unpacked(file) {
  const bytes = file.stream();
  try {
    yield* pieces(isPacked(file) ? bytes.pipeThrough(new DecompressionStream("gzip")) : bytes);
  } catch {
    const why = isPacked(file) ? "It is not gzip, or it is broken." : "Was it moved or changed?";
    throw new Unreadable(`This file cannot be read. ${why}`);
  }
}

/** How much of the file is read after so many bytes of text, 0..1; 0 where packing hides it. @param {File} file @param {number} bytes */
export function partRead(file, bytes) {
  return isPacked(file) ? 0 : Math.min(1, bytes / file.size);
}

/** @param {File} file */
function isPacked({ name }) {
  return /\.gz$/i.test(name);
}
