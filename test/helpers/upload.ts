import { request } from "node:http";
import type { App } from "@undertone/base";

export interface Uploaded {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  /** The summary of the trailer. */
  summary: { [name: string]: unknown } | undefined;
  /** Whether the answer was cut off. */
  broken: boolean;
}

/**
 * Sends a file to POST /sentiment/file, and reads the answer with its trailer to the end or to the
 * break.
 */
export async function upload(
  app: App,
  file: string | Buffer,
  { query = "", headers = {} }: { query?: string; headers?: Record<string, string> } = {},
): Promise<Uploaded> {
  const { port } = app.server.address() as { port: number };
  return new Promise((resolve, reject) => {
    const req = request(
      { port, host: "127.0.0.1", method: "POST", path: `/sentiment/file${query}`, headers },
      (res) => {
        const chunks: Buffer[] = [];
        const done = (broken: boolean) => {
          const trailer = res.trailers["sentiment-summary"];
          resolve({
            status: res.statusCode!,
            headers: res.headers,
            body: Buffer.concat(chunks),
            summary: trailer === undefined ? undefined : JSON.parse(trailer),
            broken,
          });
        };
        res.on("data", (chunk: Buffer) => chunks.push(chunk));
        res.on("end", () => done(false));
        res.on("error", () => done(true));
      },
    );
    req.on("error", reject);
    req.end(file);
  });
}

/** A form with these parts. A part with a file name is a file. */
export function form(parts: { name: string; fileName?: string; content: string | Buffer }[]) {
  const boundary = "the-boundary-of-this-form";
  const pieces = parts.flatMap(({ name, fileName, content }) => [
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"`,
    fileName === undefined ? "\r\n\r\n" : `; filename="${fileName}"\r\ncontent-type: text/csv\r\n\r\n`,
    content,
    "\r\n",
  ]);
  const body = Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece as string)));
  return { body, headers: { "content-type": `multipart/form-data; boundary=${boundary}` } };
}
