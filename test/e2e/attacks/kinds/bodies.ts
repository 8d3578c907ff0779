import { gzipSync } from "node:zlib";
import type { Attack } from "../attack.ts";

const NDJSON = { "content-type": "application/x-ndjson" };
const GZIP = { "content-encoding": "gzip" };
const MIB = 2 ** 20;

/** A repeated line, compressed, in several gzip members. */
function packed(line: string, bytes: number): Buffer {
  const member = gzipSync(line.repeat(Math.ceil(MIB / line.length)), { level: 9 });
  return Buffer.concat(Array.from({ length: bytes / MIB }, () => member));
}

const streams: [string, Buffer, Record<string, string>][] = [
  ["97 KB of gzip that holds 97 MB of `0` lines", packed("0\n", 97 * MIB), GZIP],
  ["1 MB of gzip that holds 1 GB of blank lines", packed("\n", 1_024 * MIB), GZIP],
  ["gzip of lines that are empty texts", packed('{"text":""}\n', 97 * MIB), GZIP],
  ["4 MB of `0` lines, not packed", Buffer.from("0\n".repeat(2 * MIB)), {}],
];
const json: [string, string][] = [
  ["4 MB of `[`", "[".repeat(4_190_000)],
  ["1.39 million empty lists", `[${"[],".repeat(1_390_000)}[]]`],
  ["4 MB of escapes in one string", `{"text":"${"\\u0041".repeat(698_000)}"}`],
  ["a number of 4 MB", `{"text":${"9".repeat(4_190_000)}}`],
];
const bomb = packed(" ", 1_024 * MIB);

/** Small bodies that need much work: decompression and parsing. */
export const bodies: Attack[] = [
  ...streams.map(
    ([name, body, headers]): Attack => ({
      name: `a stream: ${name}`,
      kind: "unpacking",
      attackers: 4,
      statuses: [200],
      round: (target) => target.post("/sentiment/stream", body, { ...NDJSON, ...headers }),
    }),
  ),
  {
    name: "1 MB of gzip that holds 1 GB, to a batch",
    kind: "unpacking",
    attackers: 8,
    statuses: [413, 503],
    round: (target) => target.post("/sentiment/batch", bomb, GZIP),
  },
  ...json.map(
    ([name, body]): Attack => ({
      name: `JSON: ${name}`,
      kind: "parsing",
      attackers: 8,
      statuses: [400, 422, 503],
      round: (target) => target.post("/sentiment", body),
    }),
  ),
];
