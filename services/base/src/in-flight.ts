import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Gauge, type Registry } from "prom-client";
import { bytesOf } from "./answer-size.ts";
import { ByteBudget } from "./byte-budget.ts";
import { bytesInFlight } from "./memory-limit.ts";
import { Problem } from "./problem.ts";
import type { HttpConfig } from "./settings.ts";

/** What a request costs beside its body: its headers, its objects, its place in the queue. */
const REQUEST_BYTES = 4_096;
/** How often it is looked for answers that nobody takes. */
const SWEEP_MS = 500;
/** These stay cheap and tell that the rest is full. */
const ALWAYS = new Set(["/livez", "/readyz", "/metrics"]);

declare module "fastify" {
  interface FastifyContextConfig {
    /** The route reads its body piece by piece and reserves what it holds, so the body's length does not matter. */
    streams?: boolean;
  }
  interface FastifyRequest {
    /** What this request holds of the process's budget of bytes; given back when its answer is taken. */
    bytes: RequestBytes;
  }
}

/** One request's share of the budget. */
class RequestBytes {
  readonly #budget: ByteBudget;
  #held = 0;
  #ended = false;

  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  /** Throws when the process has no room for so many bytes more. */
  reserve(bytes: number): void {
    if (!this.#budget.hasRoom(bytes, this.#held + bytes)) throw noRoom();
    this.hold(bytes);
  }

  /** Throws when there would be no room for a body of this size now. It is not reserved: it may never come. */
  checkRoom(bytes: number): void {
    if (!this.#budget.hasRoom(bytes)) throw noRoom();
  }

  /** Counts bytes that are there already, whether there is room or not. */
  hold(bytes: number): void {
    if (this.#ended) return;
    this.#held += bytes;
    this.#budget.take(bytes);
  }

  /** Whether the answer was taken, or its client is gone: work for it is in vain. */
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
 * Counts what every request holds, from its head until its answer is taken:
 *
 *   head ─ room for the declared body? ─> body, as it arrives ─> answer, as it is made ─> taken: all given back
 *             └─ 503, the body is not read   └─ 503
 *
 * A body is counted as it arrives, not as it is declared: a client that only declares bodies shuts nobody out.
 * An answer that the client has not taken within ANSWER_TIMEOUT_MS ends with its connection.
 */
export function countBytesInFlight(app: FastifyInstance, config: HttpConfig): ByteBudget {
  const budget = new ByteBudget(bytesInFlight(config.maxBytesInFlight, config.maxBodyBytes));
  const untaken = new Map<FastifyReply["raw"], number>();
  app.decorateRequest("bytes");
  app.addHook("onRequest", (request, reply, done) => {
    const bytes = new RequestBytes(budget);
    request.bytes = bytes;
    reply.raw.once("close", () => {
      bytes.end();
      untaken.delete(reply.raw);
    });
    if (!ALWAYS.has(request.routeOptions.url ?? "")) admit(request, bytes);
    done();
  });
  app.addHook("onSend", (request, reply, payload, done) => {
    const size = bytesOf(payload ?? "");
    // An answer to a client that is gone is never taken: nothing would take it out of the map.
    if (size !== undefined && request.bytes?.ended !== true) {
      request.bytes?.hold(size);
      untaken.set(reply.raw, performance.now() + config.answerTimeoutMs);
    }
    done();
  });
  const sweep = setInterval(() => endUntaken(untaken), SWEEP_MS).unref();
  app.addHook("onClose", async () => clearInterval(sweep));
  return budget;
}

function admit({ headers, routeOptions }: FastifyRequest, bytes: RequestBytes): void {
  const declared = Number(headers["content-length"] ?? 0);
  if (declared > 0 && routeOptions.config.streams !== true) bytes.checkRoom(REQUEST_BYTES + declared);
  bytes.reserve(REQUEST_BYTES);
}

/** The map is in the order of time: the first that may still wait ends the search. */
function endUntaken(untaken: Map<FastifyReply["raw"], number>): void {
  const now = performance.now();
  for (const [response, until] of untaken) {
    if (until > now) return;
    untaken.delete(response);
    response.socket?.destroy();
  }
}

function noRoom(): Problem {
  const detail = "The requests under way fill the memory that this service gives to them; try again soon.";
  return new Problem("overloaded", detail, { "retry-after": "1" });
}

export function watchBytes(budget: ByteBudget, registry: Registry): void {
  new Gauge({
    name: "http_bytes_in_flight",
    help: "What requests and answers under way hold of MAX_BYTES_IN_FLIGHT, in bytes.",
    registers: [registry],
    collect() {
      this.set(budget.used);
    },
  });
}
