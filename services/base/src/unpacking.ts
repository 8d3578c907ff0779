import { Problem } from "./problem.ts";

/**
 * Text compresses to a tenth, repeated lines to a hundredth. A body with a higher ratio was made to
 * fill memory or time.
 */
const MAX_RATIO = 100;
/** A small body may have any ratio: a thousand equal reviews are not an attack. */
const FREE_BYTES = 2_097_152;

/**
 * @throws Problem `body_too_large` if `packed` bytes were decompressed to more than is allowed.
 * `packed` is undefined for a body that is not compressed.
 */
export function unpackedWithin(unpacked: number, packed: number | undefined): void {
  if (packed === undefined || unpacked <= Math.max(FREE_BYTES, MAX_RATIO * packed)) return;
  throw new Problem("body_too_large", `The body unpacks to more than ${MAX_RATIO} times its size.`);
}
