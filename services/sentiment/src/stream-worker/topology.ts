import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig as Stream,
} from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import { consumerName, type ModelName, PARKED, REVIEWS, SCORES } from "@undertone/streams";
import type { StreamConfig } from "./config.ts";

type Settings = Pick<
  StreamConfig,
  "streamReplicas" | "streamMaxBytes" | "streamDuplicateWindowMs" | "streamAckWaitMs" | "streamMaxAckPending"
>;
export type StreamPlan = Partial<Stream> & { name: string };
export type ConsumerPlan = Partial<ConsumerConfig> & { durable_name: string };

/** The streams as they should be. */
export function planStreams(settings: Settings): StreamPlan[] {
  const common = {
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    // A full stream refuses new messages, so that no review or score is discarded before it is
    // used.
    discard: DiscardPolicy.New,
    num_replicas: settings.streamReplicas,
    max_bytes: settings.streamMaxBytes || -1,
    duplicate_window: nanos(settings.streamDuplicateWindowMs),
  };
  const plan = (
    { stream, subjects }: { stream: string; subjects: readonly string[] },
    description: string,
  ) => ({
    name: stream,
    subjects: [...subjects],
    description,
    ...common,
  });
  return [
    plan(REVIEWS, "Reviews to score."),
    { ...plan(SCORES, "The newest answer for each review and model."), max_msgs_per_subject: 1 },
    { ...plan(PARKED, "Reviews on which workers died."), max_msgs_per_subject: 1 },
  ];
}

/**
 * The consumer of a model. A new version has another name, so it reads the whole stream, or the
 * part since `from`.
 */
export function planConsumer(model: ModelName, settings: Settings, from?: Date): ConsumerPlan {
  return {
    durable_name: consumerName(model),
    description: `Reviews for ${model.name} ${model.version}`,
    filter_subject: REVIEWS.subjects[0],
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(settings.streamAckWaitMs),
    // The server never gives a review up. A worker parks a review that is delivered too often.
    max_deliver: -1,
    max_ack_pending: settings.streamMaxAckPending,
    ...(from === undefined
      ? { deliver_policy: DeliverPolicy.All }
      : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: from.toISOString() }),
    metadata: { model: `${model.name} ${model.version}` },
  };
}

/**
 * The differences between the existing stream and the plan, one sentence each. Properties that are
 * not in the plan are left to the server.
 */
export function differences(label: string, plan: object, found: object): string[] {
  return Object.entries(plan).flatMap(([property, expected]) => {
    const value = (found as Record<string, unknown>)[property];
    if (property === "metadata") return differences(`${label}: metadata`, expected, (value ?? {}) as object);
    if (same(property, expected, value)) return [];
    return [`${label}: ${property}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(value)}`];
  });
}

function same(property: string, expected: unknown, found: unknown): boolean {
  if (property === "opt_start_time") return Date.parse(String(expected)) === Date.parse(String(found));
  return JSON.stringify(expected) === JSON.stringify(found);
}
