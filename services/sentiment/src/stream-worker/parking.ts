import { type JetStreamManager, type JsMsg, jetstreamManager, type StoredMsg } from "@nats-io/jetstream";
import { headers, type NatsConnection } from "@nats-io/transport-node";
import { type ModelName, PARKED, type Publisher, parkedSubject, REVIEWS } from "@undertone/streams";

const SUBJECT = "Undertone-Subject";
const DELIVERIES = "Undertone-Deliveries";

export interface ParkedReview {
  sequence: number; // its sequence number in REVIEWS
  deliveries: number;
  parkedAt: string;
  bytes: number;
}

/**
 * The reviews on which workers died. A review is parked BEFORE its last try, in which it is scored
 * alone, and removed after it. If the try ends the process, the next worker that gets the review
 * finds it parked and leaves it there. So no review is parked only because it was in the same
 * batch.
 */
export class Parking {
  readonly #jsm: JetStreamManager;
  readonly #model: ModelName;

  private constructor(jsm: JetStreamManager, model: ModelName) {
    this.#jsm = jsm;
    this.#model = model;
  }

  static async open(nc: NatsConnection, model: ModelName): Promise<Parking> {
    return new Parking(await jetstreamManager(nc, { checkAPI: false }), model);
  }

  /** Parks a review. Returns false if an earlier try has left it parked. */
  async park(
    message: JsMsg,
    publisher: Pick<Publisher, "publishNewest">,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { streamSequence, deliveryCount } = message.info;
    const kept = headers();
    kept.set(SUBJECT, message.subject);
    kept.set(DELIVERIES, String(deliveryCount));
    const published = await publisher.publishNewest(
      {
        subject: parkedSubject(this.#model, streamSequence),
        payload: message.data,
        id: `${parkedSubject(this.#model, streamSequence)} ${deliveryCount}`,
        headers: kept,
      },
      { stream: PARKED.stream, supersedes: () => false, signal },
    );
    return published !== "present";
  }

  /** Removes a review. */
  async unpark(sequence: number): Promise<void> {
    await this.#jsm.streams.purge(PARKED.stream, { filter: parkedSubject(this.#model, sequence) });
  }

  async count(): Promise<number> {
    const filter = parkedSubject(this.#model, "*");
    const { state } = await this.#jsm.streams.info(PARKED.stream, { subjects_filter: filter });
    return Object.keys(state.subjects ?? {}).length;
  }

  async list(): Promise<ParkedReview[]> {
    const parked: ParkedReview[] = [];
    for await (const { stored, sequence } of this.#all()) {
      const deliveries = Number(stored.header.get(DELIVERIES));
      parked.push({ sequence, deliveries, parkedAt: stored.timestamp, bytes: stored.data.length });
    }
    return parked;
  }

  /**
   * Publishes parked reviews again, as new messages of REVIEWS, and removes them: all, or those in
   * `sequences`. Returns their number. Models that have scored them already find their scores and
   * change nothing.
   */
  async release(publisher: Publisher, sequences?: ReadonlySet<number>): Promise<number> {
    let released = 0;
    for await (const { stored, sequence } of this.#all()) {
      if (sequences !== undefined && !sequences.has(sequence)) continue;
      const subject = stored.header.get(SUBJECT) || REVIEWS.subjects[0].replace("*", "released");
      const id = `released ${stored.subject} ${stored.seq}`;
      await publisher.publish({ subject, payload: stored.data, id });
      await this.unpark(sequence);
      released += 1;
    }
    return released;
  }

  async *#all(): AsyncGenerator<{ stored: StoredMsg; sequence: number }> {
    const filter = parkedSubject(this.#model, "*");
    const { state } = await this.#jsm.streams.info(PARKED.stream, { subjects_filter: filter });
    for (const subject of Object.keys(state.subjects ?? {})) {
      const stored = await this.#jsm.streams.getMessage(PARKED.stream, { last_by_subj: subject });
      if (stored !== null) yield { stored, sequence: Number(subject.split(".").at(-1)) };
    }
  }
}
