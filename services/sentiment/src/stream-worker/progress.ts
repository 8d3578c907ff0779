import type { JetStreamManager } from "@nats-io/jetstream";
import { consumerName, type ModelName, REVIEWS } from "@undertone/streams";
import type { Parking } from "./parking.ts";

/** The progress of a model in the stream. */
export interface Progress {
  /** The reviews for the model, including answered ones. */
  total: number;
  answered: number;
  /** Not yet delivered to any worker. */
  pending: number;
  /** Held by a worker now. */
  held: number;
  redelivered: number;
  parked: number;
  /** The sequence number up to which all reviews are answered. */
  answeredUpTo: number;
}

export async function readProgress(
  jsm: JetStreamManager,
  parking: Parking,
  model: ModelName,
): Promise<Progress> {
  const info = await jsm.consumers.info(REVIEWS.stream, consumerName(model));
  const { state } = await jsm.streams.info(REVIEWS.stream);
  const { num_pending: pending, num_ack_pending: held, num_redelivered: redelivered } = info;
  const started = info.config.opt_start_time === undefined;
  // The number of deliveries includes repeated ones, so the total is the number of reviews in the
  // stream, unless the consumer started later.
  const total = started ? state.messages : info.delivered.consumer_seq - redelivered + pending;
  const answered = Math.max(0, total - pending - held);
  const parked = await parking.count();
  return { total, answered, pending, held, redelivered, parked, answeredUpTo: info.ack_floor.stream_seq };
}

/** Answers per second and the remaining seconds, from two observations. */
export class ProgressRate {
  #last: { answered: number; at: number } | undefined;

  /** Zero and unknown until the second observation. */
  observe({ answered, pending, held }: Progress, at = performance.now()): { rate: number; left: number } {
    const last = this.#last;
    this.#last = { answered, at };
    if (last === undefined || at <= last.at) return { rate: 0, left: Number.POSITIVE_INFINITY };
    const rate = Math.max(0, ((answered - last.answered) * 1000) / (at - last.at));
    const open = pending + held;
    return { rate, left: open === 0 ? 0 : open / rate };
  }
}
