import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { Refusal } from "../../services/sentiment/src/scoring/refusal.ts";
import { TokenEstimate } from "../../services/sentiment/src/scoring/token-estimate.ts";
import { item, lengths, measured, queue } from "../helpers/queue.ts";

test("a batch stays within the budget of padded tokens", () => {
  const q = queue(100);
  q.add([item(30), item(30), item(30), item(30)]);
  assert.deepEqual(lengths(q.take()), [30, 30, 30]);
  assert.deepEqual(lengths(q.take()), [30]);
});

test("a text longer than the budget is a batch of its own", () => {
  const q = queue(100);
  q.add([item(500), item(500)]);
  assert.deepEqual(lengths(q.take()), [500]);
});

test("texts of similar length share a batch, and others stay in the queue", () => {
  const q = queue(1000);
  q.add([item(50), item(5), item(55), item(200), item(52)]);
  assert.deepEqual(lengths(q.take()), [200]);
  assert.deepEqual(lengths(q.take()), [55, 52, 50]);
  assert.deepEqual(lengths(q.take()), [5]);
  assert.equal(q.tokens, 0);
});

test("a batch with room left is filled with similar lengths of other requests", () => {
  const q = queue(500);
  q.add([item(100), item(90)]);
  q.add([item(20)]);
  q.add([item(130), item(115), item(99)]);
  assert.deepEqual(lengths(q.take()), [20]);
  assert.deepEqual(lengths(q.take()), [100, 90, 115, 99]);
  assert.deepEqual(lengths(q.take()), [130]);
});

test("the longer texts are, the less their lengths differ in a batch, for padding costs what batching saves", () => {
  const q = queue(10_000);
  q.add([item(400), item(370), item(360), item(24), item(18), item(15)]);
  const batches = Array.from({ length: 4 }, () => lengths(q.take()));
  assert.deepEqual(batches, [[400, 370], [360], [24, 18], [15]]);
});

test("batches begin with the smallest and the oldest request in turn", () => {
  const q = queue(100);
  q.add([item(100), item(100), item(100), item(100)]);
  q.add([item(90), item(90), item(90)]);
  q.add([item(10)]);
  const leads = Array.from({ length: 6 }, () => lengths(q.take())[0]);
  assert.deepEqual(leads, [10, 100, 90, 100, 90, 100]);
});

test("a request that does not fit is refused as a whole", () => {
  const q = queue(100, 100);
  q.add([item(60)]);
  assert.throws(
    () => q.add([item(20), item(30)]),
    (error) => error instanceof Refusal && error.code === "overloaded",
  );
  assert.equal(q.tokens, 60);
});

test("the last part of the queue is reserved for requests of at most one batch", () => {
  const q = queue(100, 800);
  q.add(Array.from({ length: 7 }, () => item(100)));
  assert.throws(() => q.add([item(50), item(51)]), /full/);
  q.add([item(100)]);
  assert.throws(() => q.add([item(1)]), /full/);
});

test("a refusal has the seconds until the queue and the workers' batches are done", () => {
  const throughput = measured(100, 2);
  const q = queue(100, 1000, throughput);
  q.add([item(500)]);
  const secondsFor = () => {
    try {
      q.add([item(600)]);
    } catch (error) {
      return (error as Refusal).retryAfter;
    }
  };
  assert.equal(secondsFor(), 3); // 500 tokens by two workers of 100 tokens/s
  throughput.begin(301);
  assert.equal(secondsFor(), 5);
  throughput.end(301);
  q.take();
  q.add([item(1)]);
  assert.throws(
    () => q.add([item(1000)]),
    (error) => error instanceof Refusal && error.retryAfter === 1,
  );
});

test("the throughput follows the workers' latest batches", () => {
  const throughput = measured(100);
  assert.equal(throughput.msFor(100), 1000);
  for (let batch = 0; batch < 20; batch++) {
    throughput.begin(500);
    throughput.end(500, 500);
  }
  assert.ok(Math.abs(throughput.msFor(100) - 100) < 1);
});

test("tokens that are reserved for a request are refused to others, and are returned once", () => {
  const q = queue(100, 800);
  const giveBack = q.reserve(600);
  assert.throws(() => q.reserve(101), /full/);
  assert.throws(() => q.add([item(101)]), /full/);
  giveBack();
  giveBack();
  q.add([item(700)]);
  assert.throws(() => q.reserve(101), /full/);
  q.reserve(100);
});

test("a busy worker gets a batch in advance only if a full one is queued and there is no retry", () => {
  const q = queue(100);
  q.add([item(60)]);
  assert.deepEqual(q.takeAhead(), []);
  q.add([item(50), item(50)]);
  assert.deepEqual(lengths(q.takeAhead()), [60]);
  assert.deepEqual(lengths(q.takeAhead()), [50, 50]);
  q.add([item(100)]);
  q.retry(item(1));
  assert.deepEqual(q.takeAhead(), []);
  assert.deepEqual(lengths(q.take()), [1]);
  assert.deepEqual(lengths(q.takeAhead()), [100]);
});

test("tokens are estimated by the tokens per character of the latest texts", () => {
  const estimate = new TokenEstimate();
  assert.equal(estimate.tokensOf(1_000), 200);
  estimate.observe(0, 0);
  assert.equal(estimate.tokensOf(1_000), 200);
  for (let n = 0; n < 100; n++) estimate.observe(10_000, 100_000);
  assert.equal(estimate.tokensOf(1_000), 100);
});

test("an empty queue accepts a request of any size", () => {
  const q = queue(100, 100);
  q.add([item(90), item(90)]);
  assert.equal(q.refusal?.code, "overloaded");
});

test("a retry whose request was aborted is dropped", async () => {
  const q = queue();
  const dropped = item(10, AbortSignal.abort());
  q.retry(dropped);
  q.add([item(11)]);
  assert.deepEqual(lengths(q.take()), [11]);
  const refusal = await dropped.inference;
  assert.ok(refusal instanceof Refusal && refusal.code === "deadline_exceeded");
  assert.equal(q.tokens, 0);
});

test("a retried text is scored first and alone", () => {
  const q = queue();
  q.add([item(10), item(10)]);
  q.retry(item(9));
  assert.deepEqual(lengths(q.take()), [9]);
});

test("a closing queue refuses queued, new and retried texts", async () => {
  const q = queue();
  const [waiting, failed] = [item(10), item(10)];
  q.add([waiting]);
  q.close(new Refusal("draining", "closing"));
  q.retry(failed);
  for (const inference of [await waiting.inference, await failed.inference]) {
    assert.ok(inference instanceof Refusal && inference.code === "draining");
  }
  assert.throws(() => q.add([item(1)]), /closing/);
});

test("arrival resolves when a text is added", async () => {
  const q = queue();
  const arrival = q.arrival();
  q.add([item(1)]);
  await arrival;
  assert.deepEqual(lengths(q.take()), [1]);
});

test("a signal that outlives its texts, such as a stream's, has no listeners left", () => {
  const q = queue(100);
  const { signal } = new AbortController();
  for (let i = 0; i < 20; i++) q.add([item(30, signal)], signal);
  assert.equal(getEventListeners(signal, "abort").length, 20);
  while (q.take().length > 0);
  assert.equal(getEventListeners(signal, "abort").length, 0);
});
