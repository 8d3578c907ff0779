import { httpSettings, Limit } from "@undertone/base";
import Type from "typebox";

/** Every variable of the service; the table in README.md is compared with it. */
export const ConfigSchema = Type.Object({
  ...httpSettings(8090),
  databasePath: Type.String({
    minLength: 1,
    default: "runs/recommender.db",
    description: "The SQLite file; made where it is not there.",
  }),
  databaseUrl: Type.String({
    default: "",
    secret: true,
    description: "A PostgreSQL address, `postgresql://user:password@host/database`; it replaces SQLite.",
  }),
  sentimentUrl: Type.String({
    minLength: 1,
    default: "http://127.0.0.1:8080",
    description: "The sentiment service's address.",
  }),
  sentimentTimeoutMs: Limit(
    600_000,
    30_000,
    "What one batch may take to be scored, tries and waits together, in milliseconds.",
  ),
  scoreBatchItems: Limit(1_000, 200, "The most texts that are sent to be scored at once."),
  rebuildSeconds: Limit(86_400, 15, "The longest that news waits to enter the neighbours, in seconds."),
  rebuildNews: Limit(
    1_000_000_000,
    1_000,
    "Pairs of user and item that came or went until neighbours are built at once; a tenth of all where that is more.",
  ),
  maxWaitingWrites: Limit(100_000, 100, "Writes that may wait for the database; beyond, 503."),
  gamma: Type.Number({
    minimum: 0,
    maximum: 10,
    default: 2,
    description: "Weight of an item's quality in the ranking; 0 ranks by interactions alone.",
  }),
});
export type Config = Readonly<Type.Static<typeof ConfigSchema>>;
