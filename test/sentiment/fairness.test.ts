import assert from "node:assert/strict";
import { test } from "node:test";
import { tokensOf } from "../../services/sentiment/src/scoring/pending-request.ts";
import { item, lengths, queue } from "../helpers/queue.ts";

const BATCH_TOKENS = 2048;
const reviewLength = (n: number) => 60 + ((n * 149) % 440);
const bulk = (n: number, items: number) => Array.from({ length: items }, (_, i) => item(reviewLength(n + i)));

for (const [requests, items] of [
  [2, 1000],
  [64, 64],
  [64, 8],
] as const) {
  test(`a single text is in one of the next 3 batches during ${requests} bulk requests of ${items}`, () => {
    const q = queue(BATCH_TOKENS, 10_000_000);
    let added = 0;
    const waits: number[] = [];
    for (let round = 0; round < 200; round++) {
      // The client keeps the queue full: it sends every answered text again.
      while (q.tokens < (requests - 1) * items * 250) q.add(bulk(added++, items));
      // The batch that is under way when the text comes counts as the first one.
      const single = item(reviewLength(round * 7));
      q.add([single]);
      let batches = 1;
      let batch = q.take();
      for (batches++; !batch.includes(single); batches++) batch = q.take();
      waits.push(batches);
      if (round % 3 === 0) q.take();
    }
    waits.sort((a, b) => a - b);
    assert.ok(waits[Math.floor(waits.length * 0.99)]! <= 3, `batches waited: ${waits.slice(-5)}`);
  });
}

test("a bulk request leads every second batch, no matter how many single texts come", () => {
  const q = queue(BATCH_TOKENS, 10_000_000);
  q.add(Array.from({ length: 10 }, () => item(2000)));
  for (let n = 0; n < 20; n++) {
    while (q.tokens < 40_000) q.add([item(500)]);
    q.take();
  }
  let bulkLeft = 0;
  for (let batch = q.take(); batch.length > 0; batch = q.take()) {
    bulkLeft += lengths(batch).filter((length) => length === 2000).length;
  }
  assert.equal(bulkLeft, 0);
});

test("batches of mixed bulk requests have little padding", () => {
  const q = queue(BATCH_TOKENS, 10_000_000);
  for (let n = 0; n < 8; n++) q.add(bulk(n * 11, 64));
  let tokens = 0;
  let padded = 0;
  for (let batch = q.take(); batch.length > 0; batch = q.take()) {
    tokens += tokensOf(batch);
    padded += batch.length * Math.max(...lengths(batch));
  }
  assert.ok(tokens / padded > 0.92, `${tokens} of ${padded} padded tokens`);
});
