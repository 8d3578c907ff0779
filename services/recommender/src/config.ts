import { httpSettings, Limit } from "@undertone/base";
import { natsSettings } from "@undertone/streams";
import Type from "typebox";

/** Every environment variable of the service. A test compares the table in README.md with it. */
export const ConfigSchema = Type.Object({
  ...httpSettings(8090),
  databasePath: Type.String({
    minLength: 1,
    default: "runs/recommender.db",
    description: "The path of the SQLite file. It is created if it does not exist.",
  }),
  databaseUrl: Type.String({
    pattern: "^$|^postgres(ql)?://([^\\s@/?#]*@)?[^\\s@/?#]*([/?#][^\\s@]*)?$",
    expected: "a postgresql:// address whose user and password are percent-encoded",
    default: "",
    secret: "address",
    description:
      "A PostgreSQL address, `postgresql://user:password@host/database`. If it is set, it replaces SQLite.",
  }),
  databaseTimeoutMs: Limit(
    600_000,
    5_000,
    "Time limit for one database query, in milliseconds. After it the answer is 503 `storage_unavailable`.",
  ),
  sentimentUrl: Type.String({
    // Credentials in an address would appear in logs and errors, and fetch refuses them.
    pattern: "^https?://[^\\s/?#@]+([/?#][^\\s@]*)?$",
    expected: "an http or https address without a user or password",
    secret: "address",
    default: "http://127.0.0.1:8080",
    description: "The address of the sentiment service. Put its key into SENTIMENT_API_KEY.",
  }),
  sentimentApiKey: Type.String({
    pattern: "^$|^[!-+\\--~]{16,}$",
    expected: "one key of at least 16 characters",
    default: "",
    secret: true,
    description: "The key for the sentiment service: one of its API_KEYS. If empty, no key is sent.",
  }),
  sentimentTimeoutMs: Limit(
    600_000,
    30_000,
    "Time limit for the scoring of one batch, including all retries, in milliseconds.",
  ),
  scoresStream: Type.String({
    pattern: "^[A-Za-z0-9_-]*$",
    expected: "the name of a stream",
    default: "",
    description: [
      "The name of the JetStream stream with the scores: SCORES. If it is set, the stream's",
      "workers score the texts. If empty, the sentiment service scores them over HTTP.",
    ].join(" "),
  }),
  ...natsSettings,
  sentimentCheckSeconds: Limit(
    86_400,
    30,
    "Time between two checks of the sentiment service while there is nothing to score, in seconds.",
  ),
  scoreBatchItems: Limit(1_000, 200, "Maximum number of texts in one batch to the sentiment service."),
  rebuildSeconds: Limit(
    86_400,
    15,
    "Time between two builds of the neighbours, in seconds. Without changes there is no build.",
  ),
  rebuildAfterChanges: Limit(
    1_000_000_000,
    1_000,
    [
      "After this many new or deleted pairs of user and item the neighbours are built at once. A",
      "tenth of all pairs counts instead, if that is more.",
    ].join(" "),
  ),
  maxPendingWrites: Limit(
    100_000,
    100,
    "Maximum depth of the queue of database writes. Above it the answer is 503 `overloaded`.",
  ),
  popularityWeight: Type.Number({
    minimum: 0.000_001,
    maximum: 100,
    default: 2,
    description: [
      "Maximum weight of an item's popularity in the ranking. The item's affinity to the user",
      "has the weight 1.",
    ].join(" "),
  }),
  gamma: Type.Number({
    minimum: 0,
    maximum: 10,
    default: 2,
    description: "The exponent of an item's quality in the ranking. 0 ranks without sentiment.",
  }),
});
export type Config = Readonly<Type.Static<typeof ConfigSchema>>;
