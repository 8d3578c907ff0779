import type { JetStreamManager } from "@nats-io/jetstream";
import { consumerName, type ModelName, REVIEWS } from "@undertone/streams";
import type { Parking } from "./parking.ts";

/** How far a model has come with the stream. */
export interface Progress {
  /** Reviews that the model has to answer, answered ones included. */
  total: number;
  answered: number;
  /** Not delivered to any worker yet. */
  pending: number;
  /** With a worker now. */
  held: number;
  redelivered: number;
  parked: number;
  /** Of the stream: everything up to here has been answered. */
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
  // Deliveries count repeated ones too, so the total is what is in the stream, unless reading began
  // within it.
  const total = started ? state.messages : info.delivered.consumer_seq - redelivered + pending;
  const answered = Math.max(0, total - pending - held);
  const parked = await parking.count();
  return { total, answered, pending, held, redelivered, parked, answeredUpTo: info.ack_floor.stream_seq };
}

/** Answers per second and the seconds that the rest will take, from two looks. */
export class ProgressRate {
  #last: { answered: number; at: number } | undefined;

  /** Zero and unknown until the second look. */
  observe({ answered, pending, held }: Progress, at = performance.now()): { rate: number; left: number } {
    const last = this.#last;
    this.#last = { answered, at };
    if (last === undefined || at <= last.at) return { rate: 0, left: Number.POSITIVE_INFINITY };
    const rate = Math.max(0, ((answered - last.answered) * 1000) / (at - last.at));
    const open = pending + held;
    return { rate, left: open === 0 ? 0 : open / rate };
  }
}
