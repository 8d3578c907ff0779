import { EventEmitter, setMaxListeners } from "node:events";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Consumer, ConsumerMessages, JsMsg } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import {
  type ModelName,
  type Publisher,
  reviewKey,
  SCORES,
  scoreSubject,
  sequenceKey,
  textDigest,
} from "@undertone/streams";
import type { FastifyBaseLogger } from "fastify";
import { isTextFault, Refusal } from "../scoring/refusal.ts";
import type { Score } from "../scoring/score.ts";
import type { Scorer } from "../scoring/scorer.ts";
import type { HeldReviews } from "./held-reviews.ts";
import {
  type ErrorMessage,
  type InvalidReview,
  type ResultMessage,
  type ReviewMessage,
  readReview,
  type ScoreError,
} from "./messages.ts";
import type { Parking } from "./parking.ts";

/** How long one pull waits at the server before the next one. */
const PULL_MS = 5_000;
/** The pause after a failed pull, and before a returned review is delivered again. */
const PAUSE_MS = 1_000;
/** The worker's events, for metrics. */
export class WorkerEvents extends EventEmitter<{
  /**
   * A review was answered. `outcome` is `ok` or the error code. `stored` is false if the review had
   * an answer already.
   */
  answer: [{ outcome: string; stored: boolean }];
  redelivery: [];
  /** A review was returned to the server without an answer. */
  return: [];
  parked: [];
}> {}

export interface StreamWorkerParts {
  nc: NatsConnection;
  consumer: Consumer;
  publisher: Pick<Publisher, "connected" | "publishNewest">;
  parking: Parking;
  held: HeldReviews;
  scorer: Pick<Scorer, "score">;
  model: ModelName;
  maxDeliveries: number;
  log: FastifyBaseLogger;
}

interface Delivery {
  message: JsMsg;
  review: ReviewMessage;
}

/**
 * Takes reviews from the stream and publishes scores to it:
 *
 *   pull (as many as the queue has room for) ─ read ─> score ─> publish ─ confirmed ─> acknowledge
 *                                               │ not a review      │ cannot be scored
 *                                               └───────────────────┴─> scores.errors ─ confirmed ─> acknowledge
 *
 * If a worker dies, its reviews are not acknowledged, and another worker gets them. The score's
 * subject takes one message per review and model, so a review that is scored twice is still
 * answered once.
 */
export class StreamWorker {
  readonly events = new WorkerEvents();
  readonly #parts: StreamWorkerParts;
  readonly #stopped = new AbortController(); // stops pulling
  readonly #gaveUp = new AbortController(); // returns what it holds
  readonly #suspects: Delivery[] = [];
  #arrived: Delivery[] = [];
  #batch: ConsumerMessages | undefined;

  constructor(parts: StreamWorkerParts) {
    this.#parts = parts;
    setMaxListeners(0, this.#stopped.signal, this.#gaveUp.signal); // every held review adds a listener
    void this.#endPullsOnDisconnect();
  }

  /** Runs until `drain`. */
  async run(): Promise<void> {
    const { held, publisher, log } = this.#parts;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        await publisher.connected(signal);
        await held.until(() => signal.aborted || held.room > 0);
        if (!signal.aborted) await this.#pull(held.room);
        await this.#tryAlone();
      } catch (error) {
        if (signal.aborted) break;
        log.warn({ reason: (error as Error).message }, "a pull failed; it is tried again");
        await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** Stops pulling. Resolves when all held reviews have been answered and acknowledged. */
  async drain(): Promise<void> {
    const { held } = this.#parts;
    this.#stopped.abort();
    this.#batch?.stop();
    held.wake();
    for (const { message } of this.#suspects.splice(0)) this.#giveBack(message);
    await held.until(() => held.size === 0);
  }

  /** Returns the held reviews, so that another worker gets them at once. */
  giveUp(): void {
    this.#gaveUp.abort();
  }

  async #pull(room: number): Promise<void> {
    const batch = await this.#parts.consumer.fetch({ max_messages: room, expires: PULL_MS });
    this.#batch = batch;
    if (this.#stopped.signal.aborted) batch.stop();
    for await (const message of batch) this.#take(message);
  }

  #take(message: JsMsg): void {
    const { held, maxDeliveries } = this.#parts;
    held.add(message);
    if (message.redelivered) this.events.emit("redelivery");
    const review = readReview(message.data);
    if ("error" in review) void this.#answer(message, review, undefined);
    else if (message.info.deliveryCount >= maxDeliveries) this.#suspects.push({ message, review });
    else {
      this.#arrived.push({ message, review });
      if (this.#arrived.length === 1) void this.#scoreArrived();
    }
  }

  /** The reviews that arrive in one turn of the event loop are one request to the engine. */
  async #scoreArrived(): Promise<void> {
    await nextTurn();
    const deliveries = this.#arrived;
    this.#arrived = [];
    await this.#score(deliveries);
  }

  async #score(deliveries: readonly Delivery[]): Promise<void> {
    try {
      const texts = deliveries.map(({ review }) => review.text);
      const { outcomes } = await this.#parts.scorer.score(texts, this.#gaveUp.signal);
      const answers = outcomes.map((outcome, index) => {
        const { message, review } = deliveries[index]!;
        return this.#answer(message, review, outcome);
      });
      await Promise.all(answers);
    } catch (error) {
      this.#parts.log.warn({ reason: (error as Error).message }, "the engine took no reviews");
      for (const { message } of deliveries) this.#giveBack(message);
    }
  }

  /**
   * Publishes the answer to a review and acknowledges it. Returns the review if there is no answer.
   */
  async #answer(
    message: JsMsg,
    review: ReviewMessage | InvalidReview,
    outcome: Score | Refusal | undefined,
  ): Promise<void> {
    const { publisher, held, log } = this.#parts;
    if (outcome instanceof Refusal && !isTextFault(outcome.code)) {
      this.#giveBack(message);
      return;
    }
    const answer = toAnswer(message.info.streamSequence, this.#parts.model, review, outcome);
    try {
      const published = await publisher.publishNewest(
        {
          subject: answer.subject,
          payload: JSON.stringify(answer.body),
          id: `${answer.subject} ${answer.body.sequence}`,
        },
        {
          stream: SCORES.stream,
          supersedes: (stored) => supersedes(answer.body, stored),
          signal: this.#gaveUp.signal,
        },
      );
      message.ack();
      held.remove(message);
      if (outcome !== undefined && !(outcome instanceof Refusal)) held.learn(outcome.tokens.scored);
      this.events.emit("answer", { outcome: answer.outcome, stored: published === "stored" });
    } catch (error) {
      if (!this.#gaveUp.signal.aborted)
        log.error({ reason: (error as Error).message }, "a score could not be published");
      this.#giveBack(message);
    }
  }

  #giveBack(message: JsMsg): void {
    message.nak(this.#stopped.signal.aborted ? 0 : PAUSE_MS);
    this.#parts.held.remove(message);
    this.events.emit("return");
  }

  /**
   * Reviews that were delivered too often. Each is scored alone, when this worker holds nothing
   * else.
   */
  async #tryAlone(): Promise<void> {
    const { held, parking, publisher, log } = this.#parts;
    const { signal } = this.#stopped;
    if (this.#suspects.length === 0) return;
    await held.until(() => signal.aborted || held.size === this.#suspects.length);
    for (let next = this.#suspects.shift(); next !== undefined; next = this.#suspects.shift()) {
      const { message } = next;
      const sequence = message.info.streamSequence;
      try {
        if (signal.aborted) this.#giveBack(message);
        else if (await parking.park(message, publisher, signal)) {
          await this.#score([next]);
          await parking.unpark(sequence);
        } else {
          message.term("parked");
          held.remove(message);
          log.error({ sequence }, "a review is parked: a worker died of it");
          this.events.emit("parked");
        }
      } catch (error) {
        log.warn({ sequence, reason: (error as Error).message }, "a review could not be tried alone");
        this.#giveBack(message);
      }
    }
  }

  /** The request of a pull is lost with the connection, so its end would never come. */
  async #endPullsOnDisconnect(): Promise<void> {
    for await (const { type } of this.#parts.nc.status()) if (type === "disconnect") this.#batch?.stop();
  }
}

function toAnswer(
  sequence: number,
  model: ModelName,
  review: ReviewMessage | InvalidReview,
  outcome: Score | Refusal | undefined,
): { subject: string; outcome: string; body: ResultMessage | ErrorMessage } {
  const { id } = review;
  const key = id === undefined ? sequenceKey(sequence) : reviewKey(id);
  const head = { version: 1 as const, model, sequence };
  if ("text" in review && outcome !== undefined && !(outcome instanceof Refusal)) {
    const body = { ...head, id: review.id, digest: textDigest(review.text), ...outcome };
    return { subject: scoreSubject("results", model, key), outcome: "ok", body };
  }
  const error =
    "error" in review
      ? review.error
      : { code: (outcome as Refusal).code as ScoreError["code"], detail: (outcome as Refusal).message };
  const digest = "text" in review ? { digest: textDigest(review.text) } : {};
  const body = { ...head, ...(id !== undefined && { id }), ...digest, error };
  return { subject: scoreSubject("errors", model, key), outcome: error.code, body };
}

/**
 * A later review with another text replaces the answer. The same text, or an earlier review,
 * changes nothing.
 */
function supersedes(answer: ResultMessage | ErrorMessage, stored: Uint8Array): boolean {
  const former = JSON.parse(Buffer.from(stored).toString()) as ResultMessage | ErrorMessage;
  return former.sequence < answer.sequence && former.digest !== answer.digest;
}
