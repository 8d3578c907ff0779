import { SentimentClient, SentimentError } from "@undertone/client";

const TEXT = "A film that takes its time, with a cast that I would gladly see again. ".repeat(10);

/** Sends one request (one text, or a batch of 16) and resolves with its outcome. */
type Send = (texts: readonly string[]) => Promise<string>;

/**
 * Clients that send requests without a pause until `stop` is called. The outcomes are counted.
 */
export class Load {
  readonly answers = new Map<string, number>();
  readonly #clients: Promise<void>[];
  readonly #send: Send;
  #stopped = false;

  constructor(send: Send, clients: number) {
    this.#send = send;
    this.#clients = Array.from({ length: clients }, (_, index) => this.#run(index));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#clients);
  }

  /** Half of the clients send one text per request, half send 16. */
  async #run(index: number): Promise<void> {
    const texts = Array.from({ length: index % 2 === 0 ? 1 : 16 }, (_, item) => `${TEXT} ${item}`);
    while (!this.#stopped) {
      const answer = await this.#send(texts);
      this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
    }
  }
}

/** Sends a request once. Resolves with the status of the answer, or the reason why there is none. */
export function sendOnce(url: string): Send {
  return (texts) => {
    const items = texts.map((text) => ({ text }));
    const [path, body] = items.length === 1 ? ["/sentiment", items[0]] : ["/sentiment/batch", { items }];
    return post(`${url}${path}`, body).then(
      async (response) => {
        await response.arrayBuffer();
        return String(response.status);
      },
      (error: Error) => `no answer: ${(error.cause as Error | undefined)?.message ?? error.message}`,
    );
  };
}

/** Calls the typed client, which retries. Resolves with `scored`, or with the code of its error. */
export function sendByClient(url: string): Send {
  const client = new SentimentClient({ url });
  return async (texts) => {
    try {
      if (texts.length === 1) await client.score(texts[0]!);
      else for (const { status } of await client.scoreMany(texts)) if (status !== "ok") return status;
      return "scored";
    } catch (error) {
      return error instanceof SentimentError ? error.code : String(error);
    }
  };
}

export function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
}
