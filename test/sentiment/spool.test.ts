import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { spool } from "../../services/sentiment/src/http/file/spool.ts";
import { DiskBudget } from "../../services/sentiment/src/http/file/unlinked-file.ts";

const never = new AbortController().signal;

async function* source(chunks: Buffer[], pauses: boolean[] = []): AsyncGenerator<Buffer> {
  for (const [i, chunk] of chunks.entries()) {
    if (pauses[i]) await sleep(1);
    yield chunk;
  }
}

test("bytes come out as they went in, on disk or not, and all disk space is returned", async () => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 40 });
  const flags = fc.array(fc.boolean(), { minLength: 40, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(
      chunks,
      flags,
      flags,
      fc.integer({ min: 0, max: 500 }),
      async (parts, slow, aside, size) => {
        const room = new DiskBudget(size);
        const given = parts.map((part) => Buffer.from(part));
        const taken: Buffer[] = [];
        let at = 0;
        for await (const chunk of spool(source(given, slow), () => aside[at % 40]!, room, never)) {
          taken.push(chunk);
          if (slow[at++ % 40]) await sleep(at % 3);
        }
        assert.deepEqual(Buffer.concat(taken), Buffer.concat(given));
        assert.ok(room.take(size), "all room is free again");
        assert.ok(!room.take(1));
      },
    ),
    { numRuns: 100 },
  );
});

test("while nobody reads, only as much is read from the source as there is disk space", async () => {
  const taken: number[] = [];
  async function* endless() {
    for (let i = 0; i < 100; i++) {
      taken.push(i);
      yield Buffer.alloc(10, i);
    }
  }
  const room = new DiskBudget(200);
  const bytes = spool(endless(), () => true, room, never);
  await bytes.next(); // The reader has begun, and now stops.
  await sleep(200);
  assert.equal(taken.length, 22, "one was read, twenty are put aside, one waits");
  let sum = 10;
  for await (const chunk of bytes) sum += chunk.length;
  assert.equal(sum, 1000);
});

test("an error of the source comes after the bytes before it", async () => {
  async function* failing() {
    yield Buffer.from("a");
    yield Buffer.from("b");
    throw new Error("gone");
  }
  const read: string[] = [];
  await assert.rejects(async () => {
    for await (const chunk of spool(failing(), () => true, new DiskBudget(100), never)) {
      read.push(String(chunk));
      await sleep(80);
    }
  }, /gone/);
  assert.equal(read.join(""), "ab");
});

test("the signal ends the wait for a silent source", async () => {
  const left = new AbortController();
  async function* silent(): AsyncGenerator<Buffer> {
    await sleep(60_000, undefined, { ref: false });
    yield Buffer.alloc(0);
  }
  setTimeout(() => left.abort(), 50);
  await assert.rejects(spool(silent(), () => false, new DiskBudget(0), left.signal).next(), {
    name: "AbortError",
  });
});
