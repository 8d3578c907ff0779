import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Body } from "./bodies.ts";

/** Ways to send a body that no HTTP client would send. `end`: what the client does after it. */
const WAYS: Record<
  string,
  (body: Buffer) => { headers: string; bytes: Buffer; end: "wait" | "half" | "reset" }
> = {
  "a length that is too small": (bytes) => ({
    headers: `content-length: ${Math.floor(bytes.length / 2)}`,
    bytes,
    end: "half",
  }),
  "a length that is too large": (bytes) => ({
    headers: `content-length: ${bytes.length + 10}`,
    bytes,
    end: "half",
  }),
  "a length that never comes": (bytes) => ({
    headers: `content-length: ${bytes.length + 10}`,
    bytes,
    end: "wait",
  }),
  "a length that is none": (bytes) => ({ headers: "content-length: -1", bytes, end: "wait" }),
  "a chunk cut off": (bytes) => ({
    headers: "transfer-encoding: chunked",
    bytes: Buffer.concat([Buffer.from(`${(bytes.length + 5).toString(16)}\r\n`), bytes]),
    end: "half",
  }),
  "a chunk whose size is none": (bytes) => ({
    headers: "transfer-encoding: chunked",
    bytes: Buffer.concat([Buffer.from("zz\r\n"), bytes]),
    end: "wait",
  }),
  "a length and chunks": (bytes) => ({
    headers: `content-length: ${bytes.length}\r\ntransfer-encoding: chunked`,
    bytes,
    end: "wait",
  }),
  "a gzip that is none": (bytes) => ({
    headers: `content-encoding: gzip\r\ncontent-length: ${bytes.length}`,
    bytes,
    end: "half",
  }),
  "a connection that is gone": (bytes) => ({
    headers: `content-length: ${bytes.length + 1}`,
    bytes,
    end: "reset",
  }),
};
export const WAY_NAMES = Object.keys(WAYS);

/**
 * Sends it and gives all that was answered, once the connection has ended. Rejects when it stays
 * open too long.
 */
export async function sendRaw(port: number, body: Body, way: string, limitMs: number): Promise<string> {
  const { headers, bytes, end } = WAYS[way]!(body.bytes);
  const socket = net.connect(port, "127.0.0.1");
  let said = "";
  socket.setEncoding("utf8").on("data", (chunk) => {
    said += chunk;
  });
  socket.on("error", () => {}); // a reset, or a write after it, is an end like any other
  const closed = new Promise<boolean>((resolve) => socket.once("close", () => resolve(true)));
  const type = body.type.replaceAll(/[^ -~]/g, "");
  socket.write(
    `POST ${body.path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: ${type}\r\n${headers}\r\n\r\n`,
  );
  socket.write(bytes);
  if (end === "half") socket.end();
  if (end === "reset") socket.resetAndDestroy();
  const inTime = await Promise.race([closed, sleep(limitMs, false)]);
  socket.destroy();
  if (!inTime) throw new Error(`${way}: the connection was open after ${limitMs} ms`);
  return said;
}

/** The answers of a connection: status and body each. */
export function answersOf(said: string): { status: number; body: string }[] {
  return said
    .split(/(?=HTTP\/1\.1 \d{3} )/)
    .filter((one) => one !== "")
    .map((one) => ({ status: Number(one.slice(9, 12)), body: one.slice(one.indexOf("\r\n\r\n") + 4) }));
}
