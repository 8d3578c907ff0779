import { once } from "node:events";
import net from "node:net";

/** A connection to a server on loopback. `said` is everything that the server has sent. */
export class Connection {
  readonly socket: net.Socket;
  said = "";

  constructor(port: number) {
    this.socket = net.connect(port, "127.0.0.1").setEncoding("utf8");
    this.socket.on("data", (chunk) => {
      this.said += chunk;
    });
    this.socket.on("error", () => {}); // A reset counts as an end.
  }

  /** Resolves when the received text matches, or when the connection has ended. */
  async until(pattern: RegExp): Promise<string> {
    const { socket } = this;
    const closed = once(socket, "close");
    while (!pattern.test(this.said) && !socket.closed) await Promise.race([once(socket, "data"), closed]);
    return this.said;
  }

  /** Resolves with everything that was received until the server closed the connection. */
  async end(): Promise<string> {
    if (!this.socket.closed) await once(this.socket, "close");
    return this.said;
  }
}

/** The statuses of the received answers, in order. */
export const statuses = (said: string) =>
  [...said.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
