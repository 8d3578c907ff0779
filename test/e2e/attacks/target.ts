import http from "node:http";
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { isLeak } from "./secrets.ts";

/** The bytes kept of a piece, because a secret may be divided between two pieces. */
const TAIL = 100;

/** The attackers' connection to the service. It counts the answers. */
export class Target {
  readonly port: number;
  readonly over: AbortSignal;
  readonly statuses: Record<string, number> = {};
  readonly #agent = new http.Agent({ keepAlive: true, maxFreeSockets: 1_024 });
  readonly #sockets = new Set<net.Socket>();
  readonly #requests = new Set<http.ClientRequest>();

  constructor(port: number, over: AbortSignal) {
    this.port = port;
    this.over = over;
  }

  /** Sends a request and reads its answer. */
  request(method: string, path: string, body: Buffer | string, headers: http.OutgoingHttpHeaders = {}) {
    return new Promise<void>((resolve) => {
      const length = { "content-length": Buffer.byteLength(body) };
      const options = { agent: this.#agent, host: "127.0.0.1", port: this.port, method, path };
      const request = http.request({ ...options, headers: { ...length, ...headers } }, (response) => {
        this.count(response.statusCode!);
        let tail = JSON.stringify(response.headers);
        response.setEncoding("latin1").on("data", (chunk: string) => {
          if (isLeak(tail + chunk)) this.count("leaked");
          tail = chunk.slice(-TAIL);
        });
        if (isLeak(tail)) this.count("leaked");
        response.once("close", resolve);
      });
      request.once("error", () => {
        if (!this.over.aborted) this.count("closed");
        resolve();
      });
      request.once("close", resolve);
      // The service may close a connection while a body is being written, even after its answer was
      // read.
      request.once("socket", (socket) => {
        if (socket.listenerCount("error") < 3) socket.on("error", () => {});
      });
      this.#requests.add(request);
      request.once("close", () => this.#requests.delete(request));
      request.end(body);
    });
  }

  post(path: string, body: Buffer | string, headers: http.OutgoingHttpHeaders = {}) {
    return this.request("POST", path, body, { "content-type": "application/json", ...headers });
  }

  /**
   * Opens a connection, which is closed at the end of the attack. `read`: whether answers are read.
   */
  connect({ read }: { read: boolean }): net.Socket {
    const socket = net.connect(this.port, "127.0.0.1");
    this.#sockets.add(socket);
    socket.on("error", () => {}); // The service may close it at any time.
    socket.once("close", () => this.#sockets.delete(socket));
    if (read) this.#countHeads(socket);
    return socket;
  }

  /** Waits, at most until the attack ends. */
  wait(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.over }).catch(() => {});
  }

  count(status: number | "closed" | "leaked"): void {
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
  }

  /** Closes all connections, and so ends the pending requests. */
  close(): void {
    this.#agent.destroy();
    for (const request of this.#requests) request.destroy();
    for (const socket of this.#sockets) socket.destroy();
  }

  #countHeads(socket: net.Socket): void {
    socket.setEncoding("latin1").on("data", (text) => {
      for (const [, status] of String(text).matchAll(/HTTP\/1\.1 (\d{3}) /g)) this.count(Number(status));
    });
  }
}

/** The head of a request, for a connection that is written byte by byte. */
export function head(method: string, path: string, headers: Record<string, string | number> = {}): string {
  const lines = Object.entries({ host: "localhost", ...headers }).map(([name, value]) => `${name}: ${value}`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
}
