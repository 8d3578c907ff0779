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
    description: "Servers that hold a copy of each stream; 3 survive the loss of one.",
  }),
  streamMaxBytes: Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    default: 0,
    description:
      "The largest size of a stream, in bytes; above it the server refuses messages. 0: its disk's.",
  }),
  streamDuplicateWindowMs: Limit(
    86_400_000,
    120_000,
    "How long the server remembers message ids, in milliseconds. Scores stay unique after it too.",
  ),
  streamAckWaitMs: Limit(
    3_600_000,
    30_000,
    "After so many milliseconds without a word from a worker its reviews go to another.",
  ),
  streamMaxAckPending: Limit(
    1_000_000,
    50_000,
    "The most reviews that all workers of a model together may hold.",
  ),
  streamMaxDeliveries: Limit(
    100,
    5,
    "From this delivery on a review is scored alone; if its worker dies of it, the review is parked.",
  ),
  streamMetricsPort: Type.Integer({
    minimum: 0,
    maximum: 65535,
    default: 0,
    description: "The port of the worker's /metrics, /livez and /readyz; 0 takes a free one.",
  }),
};

/**
 * The variables that only the stream's commands read; the table in README.md is compared with it.
 */
export const StreamSettingsSchema = Type.Object(streamSettings);

/** Everything a stream command reads: the engine's settings and the stream's. */
export const StreamConfigSchema = Type.Object({ ...ConfigSchema.properties, ...streamSettings });
export type StreamConfig = Readonly<Type.Static<typeof StreamConfigSchema>>;
