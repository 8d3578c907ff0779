const TEXT = "A film that takes its time, with a cast that I would gladly see again. ".repeat(10);

/** Clients that ask for scores without a pause until `stop` is called; every answer is counted by its status. */
export class Load {
  readonly answers = new Map<string, number>();
  readonly #clients: Promise<void>[];
  #stopped = false;

  constructor(url: string, clients: number) {
    this.#clients = Array.from({ length: clients }, (_, index) => this.#run(url, index));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#clients);
  }

  /** Half of the clients send one text a request, half send 16. */
  async #run(url: string, index: number): Promise<void> {
    const items = Array.from({ length: 16 }, (_, item) => ({ text: `${TEXT} ${item}` }));
    const [path, body] = index % 2 === 0 ? ["/sentiment", items[0]] : ["/sentiment/batch", { items }];
    while (!this.#stopped) {
      const answer = await post(`${url}${path}`, body).then(
        async (response) => {
          await response.arrayBuffer();
          return String(response.status);
        },
        (error: Error) => `no answer: ${(error.cause as Error | undefined)?.message ?? error.message}`,
      );
      this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
    }
  }
}

export function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
}
