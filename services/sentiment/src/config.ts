import { httpSettings, Limit } from "@undertone/base";
import Type from "typebox";

/** Every variable of the service; the table in README.md is compared with it. */
export const ConfigSchema = Type.Object({
  ...httpSettings(8080),
  modelDir: Type.String({
    minLength: 1,
    default: "models/reviews-bilstm",
    description: "The model's folder.",
  }),
  executionProvider: Type.Enum(["auto", "cpu", "cuda"], {
    default: "auto",
    description:
      "Where the model runs. `auto` takes CUDA where it can be had; `cuda` refuses to start without.",
  }),
  unscorable: Type.Enum(["warn", "refuse"], {
    default: "warn",
    description:
      "What happens to a text that is not in English or has few known words: its result has a warning, or it is refused. A request may say otherwise (`?unscorable=`).",
  }),
  workers: Type.Integer({
    minimum: 0,
    maximum: 256,
    default: 0,
    description: "Inference threads, each with its own copy of the model; 0 takes one for every core.",
  }),
  workerTimeoutMs: Limit(
    600_000,
    10_000,
    "How long a worker may take over one batch, in milliseconds; beyond, it is ended and replaced.",
  ),
  maxQueueTokens: Limit(1_000_000_000, 1_000_000, "Tokens that may wait for a worker; beyond, 503."),
  batchTokens: Limit(1_000_000, 2_048, "Padded tokens a worker infers at once."),
  maxStreamHeld: Limit(
    268_435_456,
    524_288,
    "Text that one stream may hold in the service, in UTF-16 units; beyond, its reading waits.",
  ),
});
export type Config = Readonly<Type.Static<typeof ConfigSchema>>;
