import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import type { Body } from "./body.ts";

const MIB = 2 ** 20;
const FEW_BYTES = 20;
const fast = (bytes: Buffer) => gzipSync(bytes, { level: 1 });
const filled = (line: string) => Buffer.alloc(8 * MIB, line);

/** Content that a small body unpacks to. It is above every limit of what is unpacked. */
const BOMBS = [" ", "\n", "0\n", '{"text":""}\n', "[", "text\n"].map((line) => {
  const plain = filled(line);
  return { plain, bytes: gzipSync(plain, { level: 9 }) };
});

/** Ways to compress a body, right and wrong ones. `at` says where, from 0 to 1. */
const PACKINGS: Record<string, (body: Body, at: number) => Partial<Body>> = {
  gzip: ({ plain }) => ({ bytes: fast(plain) }),
  "gzip in several members": ({ plain }, at) => {
    const middle = Math.floor(at * plain.length);
    return { bytes: Buffer.concat([fast(plain.subarray(0, middle)), fast(plain.subarray(middle))]) };
  },
  "gzip that is cut off": ({ plain }, at) => {
    const bytes = fast(plain);
    return { bytes: bytes.subarray(0, Math.floor(at * bytes.length)) };
  },
  "gzip with a wrong byte": ({ plain }, at) => {
    const bytes = fast(plain);
    bytes[Math.floor(at * bytes.length)]! ^= 0x40;
    return { bytes };
  },
  "gzip with other bytes behind it": ({ plain }) => ({
    bytes: Buffer.concat([fast(plain), Buffer.alloc(FEW_BYTES, "a")]),
  }),
  "gzip in gzip": ({ plain }) => ({ bytes: fast(fast(plain)) }),
  "an empty gzip": () => ({ bytes: fast(Buffer.alloc(0)), plain: Buffer.alloc(0) }),
  "gzip of far more than it is": (_body, at) => BOMBS[Math.floor(at * BOMBS.length)]!,
  "the body and then far more": ({ plain }, at) => {
    const bomb = BOMBS[Math.floor(at * BOMBS.length)]!;
    return {
      bytes: Buffer.concat([fast(plain), bomb.bytes]),
      plain: Buffer.concat([plain, bomb.plain]),
    };
  },
};
const ENCODINGS = ["gzip", "gzip", "gzip", "gzip", "gzip", "GZIP", "x-gzip", "gzip, gzip", "br", "zstd", ""];

/** A change of a body: what is sent is compressed. */
export const packed: fc.Arbitrary<(body: Body) => Body> = fc
  .tuple(
    fc.constantFrom(...Object.values(PACKINGS)),
    fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    fc.constantFrom(...ENCODINGS),
    fc.nat(9),
  )
  .map(([pack, at, encoding, other]) => (body) => {
    const changed = { ...body, ...pack(body, at) };
    const bytes = other === 0 ? deflateSync(changed.bytes) : changed.bytes;
    // A file may be compressed without a header that says so.
    const headers: Record<string, string> =
      body.route === "/sentiment/file" && other < 4 ? {} : { "content-encoding": encoding };
    return { ...changed, bytes, headers, kinds: [...body.kinds, "compressed bodies"] };
  });
