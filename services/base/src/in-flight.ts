import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Gauge, type Registry } from "prom-client";
import { bytesOf } from "./answer-size.ts";
import { ByteBudget } from "./byte-budget.ts";
import { bytesInFlight } from "./memory-limit.ts";
import { Problem } from "./problem.ts";
import type { HttpConfig } from "./settings.ts";

/**
 * The memory that a request needs beside its body: its headers, its objects, its place in the
 * queue.
 */
const REQUEST_BYTES = 4_096;
/** How often to look for answers that their clients do not receive. */
const SWEEP_MS = 500;
/** These routes need little memory, and an operator needs them most when the memory is full. */
const ALWAYS = new Set(["/livez", "/readyz", "/metrics"]);

declare module "fastify" {
  interface FastifyContextConfig {
    /**
     * The route reads its body in pieces and reserves what it holds, so the body's length is not
     * checked.
     */
    streams?: boolean;
  }
  interface FastifyRequest {
    /**
     * This request's part of the process's byte budget. It is given back when the answer has been
     * received.
     */
    bytes: RequestBytes;
  }
}

/** One request's part of the budget. */
class RequestBytes {
  readonly #budget: ByteBudget;
  #held = 0;
  #ended = false;

  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  /** @throws Problem `overloaded` if the budget has fewer bytes left */
  reserve(bytes: number): void {
    if (!this.#budget.hasRoom(bytes, this.#held + bytes)) throw budgetFull();
    this.hold(bytes);
  }

  /**
   * Reserves nothing, because the declared body may never arrive.
   * @throws Problem `overloaded` if the budget has fewer bytes left
   */
  checkRoom(bytes: number): void {
    if (!this.#budget.hasRoom(bytes)) throw budgetFull();
  }

  /** Counts bytes that are in memory already, even if they exceed the budget. */
  hold(bytes: number): void {
    if (this.#ended) return;
    this.#held += bytes;
    this.#budget.take(bytes);
  }

  /**
   * Whether the answer has been received or the client has disconnected, so that more work is
   * useless.
   */
  get ended(): boolean {
    return this.#ended;
  }

  end(): void {
    this.#budget.giveBack(this.#held);
    this.#held = 0;
    this.#ended = true;
  }
}

/**
 * Counts the bytes that each request holds, from its headers until its answer has been received:
 *
 *   headers ─ does the declared body fit? ─> body, as it arrives ─> answer ─> received: all given back
 *                └─ 503, the body is not read   └─ 503
 *
 * A body is counted as it arrives, not as it is declared. Otherwise clients that only declare
 * bodies could use up the budget. If a client has not received its answer within ANSWER_TIMEOUT_MS,
 * its connection is closed.
 */
export function countBytesInFlight(app: FastifyInstance, config: HttpConfig): ByteBudget {
  const budget = new ByteBudget(bytesInFlight(config.maxBytesInFlight, config.maxBodyBytes));
  const unsent = new Map<FastifyReply["raw"], number>();
  app.decorateRequest("bytes");
  app.addHook("onRequest", (request, reply, done) => {
    const bytes = new RequestBytes(budget);
    request.bytes = bytes;
    reply.raw.once("close", () => {
      bytes.end();
      unsent.delete(reply.raw);
    });
    if (!ALWAYS.has(request.routeOptions.url ?? "")) admit(request, bytes);
    done();
  });
  app.addHook("onSend", (request, reply, payload, done) => {
    const size = bytesOf(payload ?? "");
    // No "close" event follows for a client that has disconnected, so its answer would stay in the
    // map.
    if (size !== undefined && request.bytes?.ended !== true) {
      request.bytes?.hold(size);
      unsent.set(reply.raw, performance.now() + config.answerTimeoutMs);
    }
    done();
  });
  const sweep = setInterval(() => closeUnsent(unsent), SWEEP_MS).unref();
  app.addHook("onClose", async () => clearInterval(sweep));
  return budget;
}

function admit({ headers, routeOptions }: FastifyRequest, bytes: RequestBytes): void {
  const declared = Number(headers["content-length"] ?? 0);
  if (declared > 0 && routeOptions.config.streams !== true) bytes.checkRoom(REQUEST_BYTES + declared);
  bytes.reserve(REQUEST_BYTES);
}

/** The map is ordered by time, so the search ends at the first answer that is not late. */
function closeUnsent(unsent: Map<FastifyReply["raw"], number>): void {
  const now = performance.now();
  for (const [response, until] of unsent) {
    if (until > now) return;
    unsent.delete(response);
    response.socket?.destroy();
  }
}

function budgetFull(): Problem {
  const detail = "The requests in progress use all of MAX_BYTES_IN_FLIGHT; send the request again later.";
  return new Problem("overloaded", detail, { "retry-after": "1" });
}

export function watchBytes(budget: ByteBudget, registry: Registry): void {
  new Gauge({
    name: "http_bytes_in_flight",
    help: "Bytes of MAX_BYTES_IN_FLIGHT that requests and answers in progress hold.",
    registers: [registry],
    collect() {
      this.set(budget.used);
    },
  });
}
