import net from "node:net";

/** A request as bytes, because HTTP libraries cannot make most of these. */
export interface Sent {
  kind: string;
  method?: string;
  query?: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface Size {
  status: number;
  /** The number of bytes before the body. */
  head: number;
  /** The number of bytes of the body, as transferred. */
  body: number;
}

const END = Buffer.from("\r\n\r\n");

/**
 * Sends one request on its own connection and measures the answer. Undefined if there is none.
 */
export async function sizeOfAnswer(port: number, path: string, sent: Sent): Promise<Size | undefined> {
  const { method = "GET", query = "", headers = {}, body = "" } = sent;
  const fields = {
    host: "localhost",
    connection: "close",
    "content-length": `${Buffer.byteLength(body)}`,
    ...headers,
  };
  const head = [
    `${method} ${path}${query} HTTP/1.1`,
    ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
  ].join("\r\n");
  const socket = net.connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("error", () => {}); // the service may end the connection before it has read everything
  socket.write(Buffer.from(`${head}\r\n\r\n`, "latin1"));
  socket.write(body);
  await new Promise((resolve) => socket.once("close", resolve)); // once() of node:events rejects on an error
  const answer = Buffer.concat(chunks);
  const at = answer.indexOf(END);
  if (at < 0) return undefined;
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer.toString("latin1", 0, 20))?.[1]);
  return { status, head: at + END.length, body: answer.length - at - END.length };
}
