import http from "node:http";

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
  ms: number;
}

/** A request without an answer in this time, in milliseconds, counts as unanswered. */
const PATIENCE_MS = 30_000;

/** A client with one keep-alive connection per concurrent request. */
export class Client {
  readonly url: URL;
  readonly #headers: http.OutgoingHttpHeaders;
  readonly #agent = new http.Agent({ keepAlive: true, maxFreeSockets: 4_096 });

  /** `headers` are sent with every request. */
  constructor(url: string, headers: http.OutgoingHttpHeaders = {}) {
    this.url = new URL(url);
    this.#headers = headers;
  }

  get(path: string): Promise<Answer> {
    return this.send("GET", path);
  }

  post(path: string, body: unknown, headers: http.OutgoingHttpHeaders = {}): Promise<Answer> {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    return this.send("POST", path, bytes, { "content-type": "application/json", ...headers });
  }

  /** Sends a request. Rejects if the connection ends before the answer is complete. */
  send(method: string, path: string, body?: Buffer, headers: http.OutgoingHttpHeaders = {}): Promise<Answer> {
    const begun = performance.now();
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.url;
      const length = body === undefined ? {} : { "content-length": body.length };
      const request = http.request(
        {
          agent: this.#agent,
          hostname,
          port,
          method,
          path,
          headers: { ...length, ...this.#headers, ...headers },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const { statusCode: status = 0, headers } = response;
            resolve({
              status,
              headers,
              body: Buffer.concat(chunks).toString(),
              ms: performance.now() - begun,
            });
          });
        },
      );
      request.setTimeout(PATIENCE_MS, () => request.destroy(new Error("no answer")));
      request.on("error", reject);
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
