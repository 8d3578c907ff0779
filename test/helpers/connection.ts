import { once } from "node:events";
import net from "node:net";

/** A connection to a server on loopback that keeps what is said to it. */
export class Connection {
  readonly socket: net.Socket;
  said = "";

  constructor(port: number) {
    this.socket = net.connect(port, "127.0.0.1").setEncoding("utf8");
    this.socket.on("data", (chunk) => {
      this.said += chunk;
    });
    this.socket.on("error", () => {}); // a reset is an end like any other
  }

  /** Resolves once what was said matches, or the connection has ended. */
  async until(pattern: RegExp): Promise<string> {
    const { socket } = this;
    const closed = once(socket, "close");
    while (!pattern.test(this.said) && !socket.closed) await Promise.race([once(socket, "data"), closed]);
    return this.said;
  }

  /** Everything that was said until the server ended the connection. */
  async end(): Promise<string> {
    if (!this.socket.closed) await once(this.socket, "close");
    return this.said;
  }
}

/** The statuses of the answers, in order. */
export const statuses = (said: string) =>
  [...said.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
