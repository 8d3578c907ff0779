import { readAnswers } from "./answers.ts";
import type { Body } from "./body.ts";
import { headOf, RawConnection } from "./connection.ts";
import { looseFaultOf } from "./verdict.ts";

interface Sent {
  headers: string[];
  bytes: Buffer;
  /** What the client does after it. */
  end: "wait" | "half" | "reset";
}

const lengthOf = (bytes: Buffer) => `content-length: ${bytes.length}`;

/** Ways to send a body that no HTTP client would send. */
const WAYS: Record<string, (bytes: Buffer) => Sent> = {
  "a length that is too small": (bytes) => ({
    headers: [`content-length: ${Math.floor(bytes.length / 2)}`],
    bytes,
    end: "half",
  }),
  "a length that is too large": (bytes) => ({
    headers: [`content-length: ${bytes.length + 10}`],
    bytes,
    end: "half",
  }),
  "a length that never comes": (bytes) => ({
    headers: [`content-length: ${bytes.length + 10}`],
    bytes,
    end: "wait",
  }),
  "a length that is none": (bytes) => ({ headers: ["content-length: -1"], bytes, end: "wait" }),
  "a chunk cut off": (bytes) => ({
    headers: ["transfer-encoding: chunked"],
    bytes: Buffer.concat([Buffer.from(`${(bytes.length + 5).toString(16)}\r\n`), bytes]),
    end: "half",
  }),
  "a chunk whose size is none": (bytes) => ({
    headers: ["transfer-encoding: chunked"],
    bytes: Buffer.concat([Buffer.from("zz\r\n"), bytes]),
    end: "wait",
  }),
  "a length and chunks": (bytes) => ({
    headers: [lengthOf(bytes), "transfer-encoding: chunked"],
    bytes,
    end: "wait",
  }),
  "a gzip that is none": (bytes) => ({
    headers: ["content-encoding: gzip", lengthOf(bytes)],
    bytes,
    end: "half",
  }),
  "a connection that is gone": (bytes) => ({
    headers: [`content-length: ${bytes.length + 1}`],
    bytes,
    end: "reset",
  }),
  "two lengths": (bytes) => ({ headers: [lengthOf(bytes), lengthOf(bytes)], bytes, end: "wait" }),
  "two hosts": (bytes) => ({ headers: ["host: localhost", lengthOf(bytes)], bytes, end: "wait" }),
  "two media types": (bytes) => ({
    headers: ["content-type: application/json", lengthOf(bytes)],
    bytes,
    end: "wait",
  }),
  "two deadlines": (bytes) => ({
    headers: ["x-request-timeout-ms: 4000", "x-request-timeout-ms: 4000", lengthOf(bytes)],
    bytes,
    end: "wait",
  }),
  "two encodings": (bytes) => ({
    headers: ["content-encoding: gzip", "content-encoding: identity", lengthOf(bytes)],
    bytes,
    end: "wait",
  }),
  "two lengths of binary tensors": (bytes) => ({
    headers: ["inference-header-content-length: 2", "inference-header-content-length: 2", lengthOf(bytes)],
    bytes,
    end: "wait",
  }),
};
export const WAY_NAMES = Object.keys(WAYS);

/**
 * Sends a body in one of these ways. What follows on a connection that is out of step is another
 * request, to a route nobody knows.
 */
export async function brokenFault(
  port: number,
  body: Body,
  way: string,
  limitMs: number,
): Promise<string | undefined> {
  const { headers, bytes, end } = WAYS[way]!(body.bytes);
  const connection = new RawConnection(port);
  connection.socket.write(headOf(body, "connection: close", ...headers));
  connection.socket.write(bytes);
  if (end === "half") connection.socket.end();
  if (end === "reset") connection.socket.resetAndDestroy();
  for (const answer of readAnswers(await connection.end(limitMs))) {
    if (!answer.whole) continue;
    const fault = looseFaultOf(body, answer);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
