import { Limit } from "@undertone/base/settings";
import { natsSettings } from "@undertone/streams/settings";
import Type from "typebox";
import { ConfigSchema } from "../config.ts";

const streamSettings = {
  ...natsSettings,
  streamReplicas: Type.Integer({
    minimum: 1,
    maximum: 5,
    default: 1,
    description: [
      "The number of servers that hold a copy of each stream. 3 copies survive the loss of one",
      "server.",
    ].join(" "),
  }),
  streamMaxBytes: Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    default: 0,
    description: [
      "Maximum size of a stream, in bytes. Above it the server refuses messages. 0 means the",
      "server's own limit.",
    ].join(" "),
  }),
  streamDuplicateWindowMs: Limit(
    86_400_000,
    120_000,
    "How long the server remembers message ids, in milliseconds. After that time scores are still unique.",
  ),
  streamAckWaitMs: Limit(
    3_600_000,
    30_000,
    [
      "Time in milliseconds after which the server gives a review to another worker, if its worker",
      "has neither acknowledged it nor reported progress.",
    ].join(" "),
  ),
  streamMaxAckPending: Limit(
    1_000_000,
    50_000,
    "Maximum number of reviews that all workers of a model hold together.",
  ),
  streamMaxDeliveries: Limit(
    100,
    5,
    "From this delivery on a review is scored alone. If its worker dies then, the review is parked.",
  ),
  streamMetricsPort: Type.Integer({
    minimum: 0,
    maximum: 65535,
    default: 0,
    description: "The port of the worker's /metrics, /livez and /readyz. 0 means any free port.",
  }),
};

/**
 * The variables that only the stream's commands read. A test compares README.md's table with it.
 */
export const StreamSettingsSchema = Type.Object(streamSettings);

/** Everything a stream command reads: the engine's settings and the stream's. */
export const StreamConfigSchema = Type.Object({ ...ConfigSchema.properties, ...streamSettings });
export type StreamConfig = Readonly<Type.Static<typeof StreamConfigSchema>>;
