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
  /** The service's address, "http://127.0.0.1:8080". */
  url: string;
  /** What one call may take in milliseconds, all its tries and waits together. */
  timeoutMs?: number;
  /** Tries after the first. */
  retries?: number;
  /** Sent with every request. */
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

  /** One result an item, in order; an item's own fault is its result's `error`. */
  scoreBatch(items: BatchItem[], signal?: AbortSignal): Promise<BatchResult> {
    return this.#call((http) => http.POST("/sentiment/batch", { body: { items } }), signal);
  }

  /**
   * Any number of texts in as few batches as the service's limits allow, `concurrency` (2) of them
   * at a time. One result a text, in order; an item without an id gets its index; an item's own
   * fault is its result's `error`. Each batch has tries and a deadline of its own; one that fails
   * for good rejects the call.
   */
  scoreMany(texts: Texts, options: ManyOptions = {}): Promise<ItemResult[]> {
    return scoreMany(this, texts, options);
  }

  /**
   * Any number of texts over one connection, in constant memory: a text is asked for when the
   * service takes it, and the service waits while the loop over the lines does not go on (after its
   * REQUEST_TIMEOUT_MS it gives up). Lines come in order; a line's own fault is its `error`.
   * Returns the summary. Ends with a SentimentError that has the last answered `line`, with the
   * fault of `texts`, or with the signal's reason. It is not tried again, since the texts may be
   * gone, and has no deadline.
   */
  stream(texts: Texts, signal?: AbortSignal): AsyncGenerator<StreamLine, StreamSummary> {
    const { url, headers } = this.#options;
    return scoreStream(texts, { url, headers, signal });
  }

  /**
   * Scores a file (CSV, TSV, JSON Lines or a JSON array, packed or not) of any size in constant
   * memory. Resolves when the answer begins; rejects with a SentimentError that says what is wrong
   * with the file and where. The same file with result columns is then read from `file`, and
   * `summary` resolves at its end. Both fail where the rest of the file cannot be read. It is not
   * tried again, since the bytes may be gone, and has no deadline.
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

/** The rest of the address may hold a key. */
const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : "an address that is not a URL");
