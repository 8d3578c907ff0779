import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import type { JsMsg } from "@nats-io/jetstream";
import { configTable, printableConfig, readConfig } from "@undertone/base";
import { consumerName, reviewKey, reviewSubject, scoreSubject } from "@undertone/streams";
import {
  StreamConfigSchema,
  StreamSettingsSchema,
} from "../../services/sentiment/src/stream-worker/config.ts";
import { HeldReviews } from "../../services/sentiment/src/stream-worker/held-reviews.ts";
import { readReview } from "../../services/sentiment/src/stream-worker/messages.ts";
import { ProgressRate } from "../../services/sentiment/src/stream-worker/progress.ts";
import {
  differences,
  planConsumer,
  planStreams,
} from "../../services/sentiment/src/stream-worker/topology.ts";

const MODEL = { name: "reviews-bilstm", version: "1.0.0" };
const config = readConfig(StreamConfigSchema, {});

describe("a stream worker", () => {
  const message = (bytes = 100) => {
    const calls = { working: 0 };
    const made = { data: new Uint8Array(bytes), working: () => (calls.working += 1) };
    return { calls, message: made as unknown as JsMsg };
  };

  test("pulls as many reviews as fit into the queue, by the tokens of earlier reviews", (t) => {
    const held = new HeldReviews({ maxTokens: 25_600, ackWaitMs: 30_000 });
    t.after(() => held.close());
    assert.equal(held.room, 100); // of 256 tokens each
    for (let i = 0; i < 5_000; i++) held.learn(512);
    assert.equal(held.room, 50);
    for (let i = 0; i < 10_000; i++) held.learn(1);
    assert.equal(held.room, 256); // at most one pull
  });

  test("pulls only if enough reviews fit, and always if it holds none", async (t) => {
    const held = new HeldReviews({ maxTokens: 1_024, ackWaitMs: 30_000 });
    t.after(() => held.close());
    const four = Array.from({ length: 4 }, () => message().message);
    for (const one of four) held.add(one);
    assert.equal(held.room, 0);
    const room = held.until(() => held.room > 0);
    held.remove(four[0]!);
    await room;
    for (let i = 0; i < 20_000; i++) held.learn(1_000_000);
    for (const one of four) held.remove(one);
    assert.equal(held.room, 1);
  });

  test("holds 2,048 reviews at most, however short they are", (t) => {
    const held = new HeldReviews({ maxTokens: 1_000_000_000, ackWaitMs: 30_000 });
    t.after(() => held.close());
    for (let i = 0; i < 2_000; i++) held.add(message(1).message);
    assert.equal(held.room, 0); // 48 are too few for a pull
    for (let i = 0; i < 48; i++) held.add(message(1).message);
    assert.equal(held.room, 0);
  });

  test("pulls nothing more above 64 MiB, whatever the tokens", (t) => {
    const held = new HeldReviews({ maxTokens: 1_000_000_000, ackWaitMs: 30_000 });
    t.after(() => held.close());
    for (let i = 0; i < 64; i++) held.add(message(1_048_576).message);
    assert.equal(held.room, 0);
  });

  test("reports progress three times within STREAM_ACK_WAIT_MS", (t) => {
    t.mock.timers.enable({ apis: ["setInterval"] });
    const held = new HeldReviews({ maxTokens: 1_000, ackWaitMs: 30_000 });
    const { message: one, calls } = message();
    held.add(one);
    t.mock.timers.tick(30_000);
    assert.equal(calls.working, 3);
    held.remove(one);
    t.mock.timers.tick(30_000);
    assert.equal(calls.working, 3);
    held.close();
  });
});

describe("names and subjects", () => {
  test("a subject has the same number of words for any id and version", () => {
    for (const id of ["r-1", "a.b", "a*b>c", "Ünï cödé", "x".repeat(1_000)]) {
      const subject = scoreSubject("results", MODEL, reviewKey(id));
      assert.match(subject, /^scores\.results\.reviews-bilstm-1_0_0\.[A-Za-z0-9_-]{22}$/);
    }
    assert.notEqual(reviewKey("a"), reviewKey("b"));
    assert.equal(reviewSubject("my.file *"), "reviews.my_file__");
  });

  test("a new version of a model has a consumer of its own", () => {
    assert.notEqual(consumerName(MODEL), consumerName({ ...MODEL, version: "1.0.1" }));
  });
});

describe("the plan of the streams", () => {
  test("streams as planned have no difference, although the server adds fields", () => {
    for (const plan of planStreams(config)) {
      assert.deepEqual(differences(plan.name, plan, { ...plan, max_age: 0, allow_direct: false }), []);
    }
  });

  test("every difference is reported with what was expected and found", () => {
    const [reviews] = planStreams({ ...config, streamReplicas: 3 });
    assert.deepEqual(differences("stream REVIEWS", reviews!, { ...reviews, num_replicas: 1, max_bytes: 5 }), [
      "stream REVIEWS: num_replicas: expected 3, found 1",
      "stream REVIEWS: max_bytes: expected -1, found 5",
    ]);
    const consumer = planConsumer(MODEL, config);
    const other = { ...consumer, metadata: { model: "other 2", "_nats.ver": "2" } };
    assert.deepEqual(differences("consumer", consumer, other), [
      'consumer: metadata: model: expected "reviews-bilstm 1.0.0", found "other 2"',
    ]);
  });

  test("a replay can begin at a time", () => {
    const plan = planConsumer(MODEL, config, new Date("2026-01-02T03:04:05Z"));
    assert.equal(plan.deliver_policy, "by_start_time");
    assert.deepEqual(differences("c", plan, { ...plan, opt_start_time: "2026-01-02T03:04:05Z" }), []);
  });
});

test("a message that is not a review has the reason, and its id if that can be read", () => {
  const read = (value: unknown) => readReview(Buffer.from(JSON.stringify(value)));
  assert.deepEqual(read({ version: 1, id: "a", text: "good" }), { version: 1, id: "a", text: "good" });
  const invalid = read({ version: 1, id: "a", text: 5 });
  assert.ok("error" in invalid);
  assert.equal(invalid.id, "a");
  assert.match(invalid.error.detail, /^message\/text must be string\.$/);
  const unnamed = read({ version: 1, id: "a\u0007", text: "good" });
  assert.ok("error" in unnamed && unnamed.id === undefined);
});

test("the rate is that between two measurements, and gives the time left", () => {
  const rates = new ProgressRate();
  const look = { total: 1_000, pending: 600, held: 0, redelivered: 0, parked: 0, answeredUpTo: 0 };
  assert.equal(rates.observe({ ...look, answered: 200 }, 0).rate, 0);
  assert.deepEqual(rates.observe({ ...look, answered: 400 }, 2_000), { rate: 100, left: 6 });
  assert.equal(rates.observe({ ...look, answered: 1_000, pending: 0 }, 3_000).left, 0);
});

describe("the stream's configuration", () => {
  test("the README's table is the schema's", async () => {
    const readme = await readFile("services/sentiment/README.md", "utf8");
    const table = configTable(StreamSettingsSchema);
    assert.ok(readme.includes(table), `put this table there:\n${table}`);
  });

  test("the token is never printed, and an address with a password is refused", () => {
    const secret = readConfig(StreamConfigSchema, { NATS_TOKEN: "very-secret" });
    assert.ok(!JSON.stringify(printableConfig(StreamConfigSchema, secret)).includes("very-secret"));
    assert.throws(
      () => readConfig(StreamConfigSchema, { NATS_URL: "nats://user:hunter2@host" }),
      /NATS_URL: expected nats:\/\/ or tls:\/\/ addresses without a user/,
    );
  });
});
