import { Problem } from "./problem.ts";

/**
 * Text packs to a tenth, repeated lines to a hundredth; what packs better is made to fill memory or
 * time.
 */
const MAX_RATIO = 100;
/** A small body may be of any ratio: a thousand equal reviews are no attack. */
const FREE_BYTES = 2_097_152;

/**
 * Throws when `packed` bytes have been unpacked to more than is allowed. `undefined`: the body is
 * not packed.
 */
export function unpackedWithin(unpacked: number, packed: number | undefined): void {
  if (packed === undefined || unpacked <= Math.max(FREE_BYTES, MAX_RATIO * packed)) return;
  throw new Problem("body_too_large", `The body unpacks to more than ${MAX_RATIO} times its size.`);
}
