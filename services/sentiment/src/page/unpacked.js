import { pieces } from "./api.js";

/** The file's text, piece by piece. @param {File} file */
export function unpacked(file) {
  const bytes = file.stream();
  return pieces(isPacked(file) ? bytes.pipeThrough(new DecompressionStream("gzip")) : bytes);
}

/** How much of the file is read after so many bytes of text, 0..1; 0 where packing hides it. @param {File} file @param {number} bytes */
export function partRead(file, bytes) {
  return isPacked(file) ? 0 : Math.min(1, bytes / file.size);
}

/** @param {File} file */
function isPacked({ name }) {
  return /\.gz$/i.test(name);
}
