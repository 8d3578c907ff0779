import { Readable } from "node:stream";
import { Problem } from "@undertone/base";
import type { Table } from "@undertone/tables";
import type { FastifyReply, FastifyRequest } from "fastify";
import { RowCount } from "../../table/summary.ts";
import { Exchange } from "../exchange.ts";
import { ReceiveClock } from "../receive-clock.ts";
import type { RouteContext } from "../route-context.ts";
import { scoreWithBackpressure } from "../score-with-backpressure.ts";
import { fileOfForm } from "./form.ts";
import { mediaType } from "./media-type.ts";
import { problemOf } from "./problems.ts";
import type { FileQuery } from "./query.ts";
import { gatherFirst, scoreTable } from "./score-table.ts";
import { spool } from "./spool.ts";
import { asciiJson, type FileSummary, Tally } from "./summary.ts";
import type { DiskBudget } from "./unlinked-file.ts";
import type { UploadState, Uploads } from "./uploads.ts";

/**
 * The answer begins when this many bytes are ready, or all of them. A fault before that is answered
 * with a problem document.
 */
const FIRST_BYTES = 65_536;
/** The answer also begins after this time. */
const FIRST_MS = 1_000;
/** After this time without receiving, the client is taken to be busy sending. */
const BUSY_MS = 250;

interface Shared {
  context: RouteContext;
  query: FileQuery;
  uploads: Uploads;
  room: DiskBudget;
}

/**
 * One file on its way through the service:
 *
 *   body ─ (gzip) ─ (form) ─ (disk) ─> bytes ─ score table ─> the answer, its last line, its trailer
 */
export class Upload {
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #shared: Shared;
  readonly #exchange: Exchange;
  readonly #clock: ReceiveClock;
  readonly #count = new RowCount();
  readonly #tally = new Tally();
  #received = 0;
  #processed = 0;
  #table: Table | undefined;
  /** The outcome of the upload; undefined while it runs. */
  #outcome: FileSummary | undefined;

  constructor(request: FastifyRequest, reply: FastifyReply, shared: Shared) {
    this.#request = request;
    this.#reply = reply;
    this.#shared = shared;
    this.#exchange = new Exchange(request, reply);
    this.#clock = new ReceiveClock(shared.context.config);
  }

  /** @throws Problem if the file is refused before the answer has begun */
  async answer(): Promise<FastifyReply> {
    const { context, query, uploads } = this.#shared;
    this.#request.bytes.reserve(context.config.maxStreamHeld);
    if (query.id !== undefined) uploads.begin(query.id, () => this.#state());
    try {
      return await this.#begin();
    } catch (error) {
      const problem = problemOf(error);
      this.#end({ complete: false, error: problem ?? internal() });
      throw problem ?? error;
    }
  }

  async #begin(): Promise<FastifyReply> {
    const { context, query } = this.#shared;
    const { signal } = this.#exchange;
    const { unscorable } = query;
    const { table, results } = await scoreTable(this.#bytes(), {
      context,
      query,
      score: scoreWithBackpressure(
        context,
        this.#request,
        signal,
        unscorable === undefined ? {} : { unscorable },
      ),
      received: () => this.#received,
      onRows: () => this.#clock.start(),
      onPending: this.#holdPending(),
      count: this.#count,
      tally: this.#tally,
    });
    this.#table = table;
    const pieces = gatherFirst(results, FIRST_BYTES, FIRST_MS);
    const first = await pieces.next();
    const answer = this.#answered(first, pieces);
    const taken = this.#exchange.untilNotReceived(answer, context.config.requestTimeoutMs);
    this.#reply.type(mediaType(table.detected, query.outputEncoding));
    this.#reply.header("sentiment-detected", asciiJson(table.detected));
    this.#addTrailer();
    // The next piece of the answer is made when the current one has been written.
    return this.#reply.send(Readable.from(taken, { objectMode: true, highWaterMark: 1 }));
  }

  /** The file's bytes, without the form around them. */
  #bytes(): AsyncGenerator<Buffer> {
    const body = this.#request.body as (Readable & { receivedEncodedLength?: number }) | null | undefined;
    const counted = async function* (this: Upload): AsyncGenerator<Buffer> {
      if (body === undefined || body === null) return;
      // The body shares its socket with the answer, so it must survive when reading ends early.
      for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        this.#received = body.receivedEncodedLength ?? this.#received + chunk.length;
        this.#exchange.noteReceived();
        yield chunk;
      }
    }.bind(this);
    const type = this.#request.headers["content-type"] ?? "";
    const file = /^multipart\/form-data/i.test(type) ? fileOfForm(counted(), type) : counted();
    const aside = () => this.#exchange.unreceivedMs > BUSY_MS;
    this.#clock.start();
    return this.#read(spool(file, aside, this.#shared.room, this.#exchange.signal));
  }

  async *#read(file: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of this.#clock.read(file)) {
      yield chunk;
      this.#processed += chunk.length;
    }
  }

  /** The part of an unfinished row that has been read counts as held. */
  #holdPending(): (bytes: number) => void {
    let held = 0;
    return (bytes) => {
      if (bytes <= held) return;
      this.#request.bytes.reserve(bytes - held);
      held = bytes;
    };
  }

  /** The rest of the answer. It never throws. */
  async *#answered(first: IteratorResult<Buffer>, pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
    let last: Buffer = Buffer.alloc(0);
    let end: End = { complete: false };
    try {
      for (let next = first; next.done !== true; next = await pieces.next()) {
        last = next.value.subarray(-2);
        yield next.value;
      }
      end = { complete: true };
    } catch (error) {
      const problem = problemOf(error) ?? internal();
      if (problem.code === "internal")
        this.#request.log.error({ err: error }, "a file could not be scored to its end");
      end = { complete: false, error: problem };
    } finally {
      // This also runs if the client has disconnected and the generator is abandoned at its yield.
      this.#end(end);
      pieces.return(undefined).catch(() => {});
    }
    if (this.#shared.query.summary !== "line") return;
    const newLine = last.includes(0x0a) ? "" : "\n";
    yield Buffer.from(`${newLine}${asciiJson(this.#outcome)}\n`);
  }

  /**
   * Ends the answer with the trailer. If the file is incomplete the answer is not ended, so that no
   * client takes it for complete.
   */
  #addTrailer(): void {
    if (this.#request.raw.httpVersionMinor === 0) return; // HTTP/1.0 has no trailers
    this.#reply.trailer("sentiment-summary", (_reply, _payload, done) => {
      if (this.#outcome?.summary.complete) done(null, asciiJson(this.#outcome));
      else this.#exchange.breakOff();
    });
  }

  #end({ complete, error }: End): void {
    if (this.#outcome !== undefined) return;
    const fault = error && { code: error.code, detail: error.message };
    this.#outcome = this.#summary({ complete, ...(fault && { error: fault }) });
    this.#request.cost = { texts: this.#count.rows };
    const { query, uploads } = this.#shared;
    if (query.id !== undefined) uploads.end(query.id, this.#state());
  }

  #state(): UploadState {
    const { complete } = this.#outcome?.summary ?? {};
    const state = complete === undefined ? "running" : complete ? "complete" : "failed";
    return {
      state,
      received: this.#received,
      processed: this.#processed,
      ...(this.#outcome ?? this.#summary({ complete: false })),
    };
  }

  #summary(end: Pick<FileSummary["summary"], "complete" | "error">): FileSummary {
    const model = this.#shared.context.model();
    return this.#tally.summary(this.#count, this.#table?.skipped ?? 0, model, end);
  }
}

interface End {
  complete: boolean;
  error?: Problem;
}

function internal(): Problem {
  return new Problem("internal", "The service failed; its log has the cause.");
}
