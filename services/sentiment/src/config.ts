import Type from "typebox";

const Limit = (maximum: number, value: number, description: string) =>
  Type.Integer({ minimum: 1, maximum, default: value, description });

/** Every variable of the service; the table in README.md is compared with it. */
export const ConfigSchema = Type.Object({
  host: Type.String({ minLength: 1, default: "127.0.0.1", description: "The address to listen on." }),
  port: Type.Integer({
    minimum: 0,
    maximum: 65535,
    default: 8080,
    description: "The port; 0 takes a free one.",
  }),
  modelDir: Type.String({ minLength: 1, default: "models/imdb-bilstm", description: "The model's folder." }),
  executionProvider: Type.Enum(["auto", "cpu", "cuda"], {
    default: "auto",
    description:
      "Where the model runs. `auto` takes CUDA where it can be had; `cuda` refuses to start without.",
  }),
  workers: Type.Integer({
    minimum: 0,
    maximum: 256,
    default: 0,
    description: "Inference threads, each with its own copy of the model; 0 takes one for every core.",
  }),
  logLevel: Type.Enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"], {
    default: "info",
    description: "The least level that is logged.",
  }),
  maxBodyBytes: Limit(268_435_456, 4_194_304, "The largest body, in bytes."),
  maxTextLength: Limit(10_000_000, 100_000, "The longest text, in UTF-16 units."),
  maxBatchItems: Limit(1_000, 1_000, "The most items of one batch request."),
  maxQueueTokens: Limit(1_000_000_000, 1_000_000, "Tokens that may wait for a worker; beyond, 503."),
  batchTokens: Limit(1_000_000, 2_048, "Padded tokens a worker infers at once."),
  requestTimeoutMs: Limit(600_000, 20_000, "How long a request may take, in milliseconds; beyond, 504."),
});
export type Config = Readonly<Type.Static<typeof ConfigSchema>>;
