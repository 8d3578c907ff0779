import { httpSettings, Limit } from "@undertone/base/settings";
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
      "The execution provider. `auto` uses CUDA if it is available; `cuda` refuses to start without it.",
  }),
  unscorable: Type.Enum(["warn", "refuse"], {
    default: "warn",
    description:
      "How to treat a text that is not in English or has few known words: add a warning to its result, or refuse it. A request may override this with `?unscorable=`.",
  }),
  workers: Type.Integer({
    minimum: 0,
    maximum: 256,
    default: 0,
    description: "Inference threads, each with its own copy of the model. 0 means one per core.",
  }),
  workerTimeoutMs: Limit(
    600_000,
    10_000,
    "Time limit of a worker for one batch, in milliseconds. After it the worker is stopped and replaced.",
  ),
  maxQueueTokens: Limit(
    1_000_000_000,
    1_000_000,
    "Maximum number of tokens in the queue. When it is full, the answer is 503.",
  ),
  batchTokens: Limit(1_000_000, 2_048, "Padded tokens a worker infers at once."),
  maxStreamHeld: Limit(
    268_435_456,
    524_288,
    "Text that one stream or file may hold in the service, in UTF-16 units. When it is reached, the service stops reading until results are taken.",
  ),
  maxSpooledBytes: Type.Integer({
    minimum: 0,
    maximum: 1_099_511_627_776,
    default: 33_554_432,
    description:
      "Bytes on the disk (in TMPDIR) for files whose clients send everything before they read the answer, all of them together. The bytes have no name there, and are gone when the request ends. When there is no room, the service stops reading until results are taken. 0 means no disk is used.",
  }),
});
export type Config = Readonly<Type.Static<typeof ConfigSchema>>;
