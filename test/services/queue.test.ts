import assert from "node:assert/strict";
import { test } from "node:test";
import { Item } from "../../services/sentiment/src/scoring/item.ts";
import { Queue } from "../../services/sentiment/src/scoring/queue.ts";
import { Refusal } from "../../services/sentiment/src/scoring/refusal.ts";

const item = (tokens: number, signal?: AbortSignal) => new Item(new Int32Array(tokens), signal);
const queue = (batchTokens = 100, maxQueueTokens = 1000) => new Queue({ batchTokens, maxQueueTokens });
const lengths = (items: Item[]) => items.map(({ ids }) => ids.length);

test("a batch stays within the budget of padded tokens", () => {
  const q = queue(100);
  q.add([item(30), item(30), item(30), item(30)]);
  assert.deepEqual(lengths(q.take()), [30, 30, 30]);
  assert.deepEqual(lengths(q.take()), [30]);
});

test("an item longer than the budget still gets its turn, alone", () => {
  const q = queue(100);
  q.add([item(500), item(500)]);
  assert.deepEqual(lengths(q.take()), [500]);
});

test("similar lengths share a batch, others wait", () => {
  const q = queue(1000);
  q.add([item(50), item(5), item(55), item(200), item(52)]);
  assert.deepEqual(lengths(q.take()), [50, 55, 52]);
  assert.deepEqual(lengths(q.take()), [5]);
  assert.deepEqual(lengths(q.take()), [200]);
  assert.equal(q.tokens, 0);
});

test("the oldest goes first whatever its length", async () => {
  const q = queue(400);
  q.add([item(300)]);
  await new Promise((resolve) => setTimeout(resolve, 2));
  q.add([item(10), item(10)]);
  assert.deepEqual(lengths(q.take()), [300]);
});

test("a request that does not fit is refused whole", () => {
  const q = queue(100, 100);
  q.add([item(60)]);
  assert.throws(
    () => q.add([item(20), item(30)]),
    (error) => error instanceof Refusal && error.code === "overloaded",
  );
  assert.equal(q.tokens, 60);
});

test("an empty queue takes a request of any size", () => {
  const q = queue(100, 100);
  q.add([item(90), item(90)]);
  assert.equal(q.refusal?.code, "overloaded");
});

test("what nobody waits for any more is not inferred", async () => {
  const gone = new AbortController();
  const q = queue();
  const dropped = item(10, gone.signal);
  q.add([dropped, item(11)]);
  gone.abort();
  assert.deepEqual(lengths(q.take()), [11]);
  const refusal = await dropped.inference;
  assert.ok(refusal instanceof Refusal && refusal.code === "deadline_exceeded");
  assert.equal(q.tokens, 0);
});

test("a retried item comes first and alone", () => {
  const q = queue();
  q.add([item(10), item(10)]);
  q.retry(item(9));
  assert.deepEqual(lengths(q.take()), [9]);
});

test("closing refuses what waits, what comes, and what would be tried again", async () => {
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

test("arrival resolves when something is added", async () => {
  const q = queue();
  const arrival = q.arrival();
  q.add([item(1)]);
  await arrival;
  assert.deepEqual(lengths(q.take()), [1]);
});
