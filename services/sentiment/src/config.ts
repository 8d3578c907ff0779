import { httpSettings, Limit } from "@undertone/base/settings";
import Type from "typebox";

/** Every environment variable of the service. A test compares the table in README.md with it. */
export const ConfigSchema = Type.Object({
  ...httpSettings(8080),
  modelDir: Type.String({
    minLength: 1,
    default: "models/reviews-bilstm",
    description: "The folder of the model.",
  }),
  modelPublicKey: Type.String({
    pattern: "^$|^RW[Q-T][A-Za-z0-9+/]{53}(,RW[Q-T][A-Za-z0-9+/]{53})*$",
    default: "",
    expected: "public keys of minisign, separated by commas",
    description: [
      "Public keys of minisign. If any is set, the service accepts a model only if one of them",
      "verifies its signature `manifest.json.minisig`.",
    ].join(" "),
  }),
  executionProvider: Type.Enum(["auto", "cpu", "cuda"], {
    default: "auto",
    description:
      "The execution provider. `auto` uses CUDA if it is available; `cuda` refuses to start without it.",
  }),
  unscorable: Type.Enum(["warn", "refuse"], {
    default: "warn",
    description: [
      "What to do with a text that is not in English or has few known words: `warn` adds a",
      "warning to its result, `refuse` answers with an error. A request may override this with",
      "`?unscorable=`.",
    ].join(" "),
  }),
  workers: Type.Integer({
    minimum: 0,
    maximum: 256,
    default: 0,
    description: [
      "The number of inference threads, each with its own copy of the model. 0 means one per core.",
    ].join(" "),
  }),
  workerTimeoutMs: Limit(
    600_000,
    10_000,
    [
      "Time limit for an inference thread to score one batch, in milliseconds. After it the thread",
      "is replaced.",
    ].join(" "),
  ),
  quarantineFile: Type.String({
    default: "",
    description: [
      "A file that keeps the hashes of texts on which two inference threads failed, so that they",
      "stay refused when the service starts again. A text that kills the whole process is found",
      "too. Replicas may share it. If empty, a restart forgets them.",
    ].join(" "),
  }),
  quarantineSeconds: Limit(2_592_000, 86_400, "How long such a text is refused, in seconds."),
  maxQueueTokens: Limit(
    1_000_000_000,
    1_000_000,
    "Maximum number of tokens in the queue. When it is full, the answer is 503.",
  ),
  batchTokens: Limit(
    1_000_000,
    2_048,
    "Maximum number of tokens in one inference batch, padding included. A longer text is a batch of its own.",
  ),
  maxStreamHeld: Limit(
    268_435_456,
    524_288,
    [
      "Maximum length of the texts of one stream or file that the service holds at a time, in",
      "UTF-16 units. At the limit the service stops reading until the client receives results.",
    ].join(" "),
  ),
  maxSpooledBytes: Type.Integer({
    minimum: 0,
    maximum: 1_099_511_627_776,
    default: 33_554_432,
    description: [
      "Maximum number of bytes on disk (in TMPDIR) for uploads whose clients send the whole file",
      "before they read the answer, all uploads together. The temporary files have no name and",
      "are freed when the request ends. At the limit the service stops reading until the client",
      "receives results. 0 means no disk is used.",
    ].join(" "),
  }),
});
export type Config = Readonly<Type.Static<typeof ConfigSchema>>;
