import createClient from "openapi-fetch";
import type { paths } from "./contract.ts";
import { fromAnswer, SentimentError } from "./error.ts";
import { type FileOptions, type FileSource, type ScoredFile, scoreFile } from "./file.ts";
import { type ManyOptions, scoreMany } from "./many.ts";
import type {
  BatchItem,
  BatchResult,
  ItemResult,
  Model,
  SentimentResult,
  StreamLine,
  StreamSummary,
} from "./results.ts";
import { retryingFetch } from "./retry.ts";
import type { Texts } from "./source.ts";
import { scoreStream } from "./stream.ts";

export interface SentimentClientOptions {
  /** The address of the service, for example "http://127.0.0.1:8080". */
  url: string;
  /** The time limit for one request, including all retries and pauses, in milliseconds. */
  timeoutMs?: number;
  /** The maximum number of retries. */
  retries?: number;
  /** Headers for every request. */
  headers?: Record<string, string>;
}

/** Calls reject with a SentimentError, or with the reason of the caller's own signal. */
export class SentimentClient {
  readonly #options: Required<SentimentClientOptions>;

  constructor(options: SentimentClientOptions) {
    this.#options = { timeoutMs: 30_000, retries: 5, headers: {}, ...options };
  }

  score(text: string, signal?: AbortSignal): Promise<SentimentResult> {
    return this.#call((http) => http.POST("/sentiment", { body: { text } }), signal);
  }

  /** One result per item, in order. A fault of one item is the `error` of its result. */
  scoreBatch(items: BatchItem[], signal?: AbortSignal): Promise<BatchResult> {
    return this.#call((http) => http.POST("/sentiment/batch", { body: { items } }), signal);
  }

  /**
   * Scores any number of texts in as few batches as the service's limits allow, and sends
   * `concurrency` (2) of them at a time. Returns one result per text, in order. A text without an
   * id gets its index. A fault of one text is the `error` of its result. Each batch has its own
   * retries and time limit. If a batch fails after its retries, the call rejects.
   */
  scoreMany(texts: Texts, options: ManyOptions = {}): Promise<ItemResult[]> {
    return scoreMany(this, texts, options);
  }

  /**
   * Scores any number of texts over one connection, in constant memory. The next text is taken from
   * `texts` when the service can receive it, and the service waits while the caller does not take
   * lines (for up to its REQUEST_TIMEOUT_MS). Lines come in order. A fault of one line is its
   * `error`. Returns the summary. Rejects with a SentimentError that has the last answered `line`,
   * with the error of `texts`, or with the signal's reason. There are no retries, because the texts
   * may be gone, and there is no time limit.
   */
  stream(texts: Texts, signal?: AbortSignal): AsyncGenerator<StreamLine, StreamSummary> {
    const { url, headers } = this.#options;
    return scoreStream(texts, { url, headers, signal });
  }

  /**
   * Scores a file (CSV, TSV, JSON Lines or a JSON array, compressed or not) of any size in constant
   * memory. Resolves when the answer begins. Rejects with a SentimentError that says what is wrong
   * with the file and where. `file` is then the same file with result columns, and `summary`
   * resolves at its end. Both fail if the rest of the file cannot be read. There are no retries,
   * because the bytes may be gone, and there is no time limit.
   */
  scoreFile(source: FileSource, options: FileOptions = {}): Promise<ScoredFile> {
    const { url, headers } = this.#options;
    return scoreFile(source, options, { url, headers });
  }

  model(signal?: AbortSignal): Promise<Model> {
    return this.#call((http) => http.GET("/model"), signal);
  }

  async #call<Data>(
    send: (
      http: ReturnType<typeof createClient<paths>>,
    ) => Promise<{ data?: Data; error?: unknown; response: Response }>,
    signal?: AbortSignal,
  ): Promise<Data> {
    const { url, timeoutMs, retries, headers } = this.#options;
    const deadline = AbortSignal.timeout(timeoutMs);
    const both = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    try {
      const http = createClient<paths>({ baseUrl: url, headers, fetch: retryingFetch(retries, both) });
      const { data, error, response } = await send(http);
      if (data === undefined) throw fromAnswer(error, response.status);
      return data;
    } catch (error) {
      if (error instanceof SentimentError) throw error;
      signal?.throwIfAborted();
      if (deadline.aborted) throw new SentimentError("deadline_exceeded", `no answer within ${timeoutMs} ms`);
      throw new SentimentError("unreachable", `nobody answers at ${hostOf(url)}`, { cause: error });
    }
  }
}

/** Only the origin: the rest of the address may hold a key. */
const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : "an address that is not a URL");
