import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { inspect } from "node:util";
import { ConfigError, printableConfig, readConfig } from "@undertone/base";
import { SentimentClient } from "@undertone/client";
import { connectNats } from "@undertone/streams";
import { pino } from "pino";
import type { TObject } from "typebox";
import { ConfigSchema as RecommenderSchema } from "../../services/recommender/src/config.ts";
import { migrate, openDatabase } from "../../services/recommender/src/storage/database.ts";
import { ConfigSchema as SentimentSchema } from "../../services/sentiment/src/config.ts";
import { buildApp } from "../../services/sentiment/src/http/app.ts";
import { StreamConfigSchema } from "../../services/sentiment/src/stream-worker/config.ts";
import { startScorer } from "../helpers/app.ts";

const SECRET = "planted-hunter2-of-24-letters";
/** No service listens at this port. */
const NOBODY = "127.0.0.1:1";

/** Usual names of settings with a secret. */
const SOUNDS_SECRET = /key|token|password|passphrase|secret|credential|auth|url|uri|dsn|endpoint/i;
/** Settings that have such a name and no secret, each with the reason. */
const NO_SECRETS: Record<string, string> = { modelPublicKey: "Everybody may know a public key." };

/**
 * Values with the secret in different places. A setting accepts some of them and refuses others.
 */
const PLANTED = [
  SECRET,
  `two lines\n${SECRET}`,
  `-----BEGIN PRIVATE KEY-----\n${SECRET}`,
  ...["http", "https", "nats", "tls", "postgres", "postgresql"].flatMap((scheme) => [
    `${scheme}://user:${SECRET}@host.example`,
    `${scheme}://user:${SECRET}@host.example:99999`,
    `${scheme}://user:${SECRET}@`,
    `${scheme}://${SECRET}@host.example/path`,
    `${scheme}://user:12,${SECRET}@host.example/path`,
    `${scheme}://user:12/${SECRET}@host.example/path`,
    `${scheme}://user:12#${SECRET}@host.example/path`,
    `${scheme}://user:12@${SECRET}@host.example/path`,
    `${scheme}://host.example/${SECRET}`,
    `${scheme}://host.example?password=${SECRET}`,
    `${scheme}://host.example#${SECRET}`,
    `${scheme}://one.example,${scheme}://user:${SECRET}@two.example`,
  ]),
];

interface Property {
  type?: string;
  secret?: true | "address";
}

const schemas: [string, TObject][] = [
  ["the sentiment service", SentimentSchema],
  ["the stream worker", StreamConfigSchema],
  ["the recommender", RecommenderSchema],
];

for (const [program, schema] of schemas) {
  // A number, a boolean and a value of a list cannot be a secret.
  const strings = Object.entries(schema.properties as Record<string, Property>).filter(
    ([, { type }]) => type === "string",
  );

  test(`${program}: a setting with the name of a secret is marked as secret, or is listed with a reason`, () => {
    const open = strings.filter(
      ([key, { secret }]) => SOUNDS_SECRET.test(key) && !secret && !NO_SECRETS[key],
    );
    assert.deepEqual(
      open.map(([key]) => key),
      [],
    );
    assert.ok(strings.filter(([, { secret }]) => secret).length >= 2);
  });

  for (const [key, { secret }] of strings) {
    test(`${program}: ${key} shows no secret when it is printed or refused`, () => {
      const variable = key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
      for (const planted of PLANTED) {
        // A setting without a mark may show its value, but never an address's user and password.
        if (!secret && !planted.includes("@")) continue;
        assert.doesNotMatch(shown(schema, { [variable]: planted }), /hunter2/, planted);
      }
    });
  }
}

/** The configuration that a program prints with this environment, or its errors. */
function shown(schema: TObject, env: Record<string, string>): string {
  try {
    return JSON.stringify(printableConfig(schema, readConfig(schema, env)));
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return inspect(error);
  }
}

test("a printed address keeps its scheme and host", () => {
  const env = {
    DATABASE_URL: `postgresql://user:${SECRET}@db.example:5432/reviews`,
    SENTIMENT_URL: "http://sentiment.example:8080",
    NATS_URL: "nats://one.example:4222,tls://two.example",
    OTEL_EXPORTER_OTLP_ENDPOINT: `https://${SECRET}@traces.example/`,
  };
  const printed = printableConfig(RecommenderSchema, readConfig(RecommenderSchema, env));
  assert.equal(printed.databaseUrl, "postgresql://[redacted]@db.example:5432/[redacted]");
  assert.equal(printed.sentimentUrl, env.SENTIMENT_URL);
  assert.equal(printed.natsUrl, env.NATS_URL);
  assert.equal(printed.otelExporterOtlpEndpoint, "https://[redacted]@traces.example");
});

test("an address that a library would refuse and print is refused before that", () => {
  const bad = `user:${SECRET}@host.example:99999`;
  for (const [variable, value] of [
    ["OTEL_EXPORTER_OTLP_ENDPOINT", `http://${bad}`],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", `https://user:${SECRET}@`],
    ["DATABASE_URL", `postgresql://${bad}`],
    ["DATABASE_URL", SECRET],
    ["SENTIMENT_URL", `http://host.example:99999/${SECRET}`],
    ["NATS_URL", `nats://host.example:99999,nats://${SECRET}`],
  ] as const)
    assert.throws(
      () => readConfig(RecommenderSchema, { [variable]: value }),
      new RegExp(`^ConfigError: ${variable}: expected .*, got \\[redacted\\]$`),
    );
});

/** The error with its causes and properties, as a log could show it. */
async function failure(start: () => Promise<unknown>): Promise<string> {
  const error = await start().then(
    () => assert.fail("it did not fail"),
    (error: Error) => error,
  );
  return inspect(error, { depth: null });
}

test("if PostgreSQL is unreachable, the error has no password", async () => {
  const db = openDatabase({
    databaseUrl: `postgresql://user:${SECRET}@${NOBODY}/none`,
    databasePath: "",
    databaseTimeoutMs: 2_000,
  });
  const error = await failure(() => migrate(db));
  await db.destroy();
  assert.match(error, /ECONNREFUSED/);
  assert.doesNotMatch(error, /hunter2/);
});

test("if the NATS server is unreachable, the error has no token", async () => {
  const env = { NATS_URL: `nats://${NOBODY}`, NATS_TOKEN: SECRET };
  const config = readConfig(StreamConfigSchema, env);
  const error = await failure(() => connectNats(config, { name: "test", wait: false }));
  assert.match(error, /NATS_URL: expected a NATS server at nats:\/\/127\.0\.0\.1:1/);
  assert.doesNotMatch(error, /hunter2/);
});

for (const variable of ["NATS_CREDENTIALS", "NATS_TLS_CA", "NATS_TLS_CERT", "NATS_TLS_KEY"])
  test(`a secret in ${variable} instead of a path is not in the error`, async () => {
    const config = readConfig(StreamConfigSchema, { NATS_URL: `tls://${NOBODY}`, [variable]: SECRET });
    const error = await failure(() => connectNats(config, { name: "test", wait: false }));
    assert.match(error, new RegExp(`${variable}: ENOENT: the file cannot be read`));
    assert.doesNotMatch(error, /hunter2/);
  });

test("if the sentiment service is unreachable, the error has no key", async () => {
  const client = new SentimentClient({
    url: `http://${NOBODY}/?key=${SECRET}`,
    headers: { authorization: `Bearer ${SECRET}` },
    retries: 0,
  });
  const error = await failure(() => client.model());
  assert.match(error, /nobody answers at http:\/\/127\.0\.0\.1:1/);
  assert.doesNotMatch(error, /hunter2/);
});

test("if the receiver of traces is unreachable, the log has no credentials", async (t) => {
  const { config, scorer } = await startScorer(t, { workers: 1 });
  const lines: string[] = [];
  const write = (line: Buffer, _encoding: string, done: () => void) => {
    lines.push(String(line));
    done();
  };
  const log = pino({ level: "trace" }, new Writable({ write }));
  const otelExporterOtlpEndpoint = `http://user:${SECRET}@${NOBODY}/${SECRET}`;
  const app = await buildApp({ ...config, otelExporterOtlpEndpoint }, scorer, log);
  await app.inject({ url: "/model" });
  await app.close(); // sends the remaining spans
  assert.ok(lines.length > 0);
  assert.doesNotMatch(lines.join(""), /hunter2/);
});
