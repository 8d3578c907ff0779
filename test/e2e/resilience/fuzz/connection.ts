import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Body } from "./body.ts";

/** A connection that is written by hand, and what came back over it. */
export class RawConnection {
  readonly socket: net.Socket;
  readonly #chunks: Buffer[] = [];
  readonly #closed: Promise<boolean>;

  constructor(port: number) {
    this.socket = net.connect(port, "127.0.0.1");
    this.socket.on("data", (chunk: Buffer) => this.#chunks.push(chunk));
    this.socket.on("error", () => {}); // a reset, or a write after it, is an end like any other
    this.#closed = new Promise((resolve) => this.socket.once("close", () => resolve(true)));
  }

  /** All that came. Rejects if the connection is still open after `limitMs`. */
  async end(limitMs: number): Promise<Buffer> {
    const inTime = await Promise.race([this.#closed, sleep(limitMs, false)]);
    this.socket.destroy();
    if (!inTime) throw new Error(`the connection was open after ${limitMs} ms`);
    return Buffer.concat(this.#chunks);
  }
}

/** The head of a request; `headers` are lines. */
export function headOf({ method, path, type, headers }: Body, ...lines: string[]): string {
  const own = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const all = ["host: localhost", `content-type: ${sendable(type)}`, ...own, ...lines];
  return `${method} ${path} HTTP/1.1\r\n${all.join("\r\n")}\r\n\r\n`;
}

/** Node's client refuses to send other characters. */
export const sendable = (type: string) => type.replaceAll(/[^ -~]/g, "");
