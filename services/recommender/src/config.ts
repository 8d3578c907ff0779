import { httpSettings, Limit } from "@undertone/base";
import { natsSettings } from "@undertone/streams";
import Type from "typebox";

/** Every environment variable of the service. A test compares the table in README.md with it. */
export const ConfigSchema = Type.Object({
  ...httpSettings(8090),
  databasePath: Type.String({
    minLength: 1,
    default: "runs/recommender.db",
    description: "The SQLite file. It is made if it does not exist.",
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
    "How long one query may take, in milliseconds. After that: 503 `storage_unavailable`.",
  ),
  sentimentUrl: Type.String({
    // Credentials in an address end in logs and errors, and fetch refuses them.
    pattern: "^https?://[^\\s/?#@]+([/?#][^\\s@]*)?$",
    expected: "an http or https address without a user or password",
    secret: "address",
    default: "http://127.0.0.1:8080",
    description: "The address of the sentiment service. Its key goes into SENTIMENT_API_KEY.",
  }),
  sentimentApiKey: Type.String({
    pattern: "^$|^[!-+\\--~]{16,}$",
    expected: "one key of at least 16 characters",
    default: "",
    secret: true,
    description: "The key for the sentiment service: one of its API_KEYS. Empty: no key is sent.",
  }),
  sentimentTimeoutMs: Limit(
    600_000,
    30_000,
    "How long the scoring of one batch may take, all retries included, in milliseconds.",
  ),
  scoresStream: Type.String({
    pattern: "^[A-Za-z0-9_-]*$",
    expected: "the name of a stream",
    default: "",
    description:
      "The JetStream stream that holds the scores (SCORES). If it is set, texts are scored by the stream's workers and not over HTTP.",
  }),
  ...natsSettings,
  sentimentCheckSeconds: Limit(
    86_400,
    30,
    "While there is nothing to score: how often to check that the sentiment service answers, in seconds.",
  ),
  scoreBatchItems: Limit(1_000, 200, "The most texts that are sent to the sentiment service in one batch."),
  rebuildSeconds: Limit(86_400, 15, "How often the neighbours are built, if there are changes, in seconds."),
  rebuildAfterChanges: Limit(
    1_000_000_000,
    1_000,
    "After this many new or deleted pairs of user and item (or a tenth of all, if that is more), the neighbours are built at once.",
  ),
  maxPendingWrites: Limit(
    100_000,
    100,
    "How many writes may wait for the database. Above that: 503 `overloaded`.",
  ),
  popularityWeight: Type.Number({
    minimum: 0.000_001,
    maximum: 100,
    default: 2,
    description:
      "The most that an item's popularity counts in the ranking, beside its nearness to the user's items.",
  }),
  gamma: Type.Number({
    minimum: 0,
    maximum: 10,
    default: 2,
    description: "The exponent of an item's quality in the ranking. 0 ranks without sentiment.",
  }),
});
export type Config = Readonly<Type.Static<typeof ConfigSchema>>;
