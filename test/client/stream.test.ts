import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { SentimentClient, SentimentError, type StreamLine } from "@undertone/client";
import { startApp } from "../helpers/app.ts";
import { scripted } from "../helpers/http.ts";

const brief = (line: StreamLine) => [line.line, line.status === "ok" ? line.label : line.error.code];
const fault = (code: string, line: number | undefined) => (error: unknown) => {
  assert.ok(error instanceof SentimentError, String(error));
  assert.deepEqual([error.code, error.line], [code, line]);
  return true;
};
async function readAll(lines: AsyncIterable<StreamLine>): Promise<StreamLine[]> {
  const all: StreamLine[] = [];
  for await (const line of lines) all.push(line);
  return all;
}
/** One text per turn of the event loop. */
async function* endless(): AsyncGenerator<string> {
  for (;;) {
    yield "good";
    await nextTurn();
  }
}
const SCORED = '{"line":1,"status":"ok","label":"positive"}\n';

describe("stream against the real service", async () => {
  const app = await startApp({ after }, { maxTextLength: 100, maxStreamHeld: 20_000 });
  const client = new SentimentClient({ url: `${await app.listen({ port: 0 })}/` });

  test("every text has its line, in order, with errors in their places; the summary is returned", async () => {
    const kinds = ["good", "bad", "", "a".repeat(200), "line\nend\u2028good"];
    const texts = Array.from({ length: 5_000 }, (_, i) => kinds[i % 5]!);
    const lines = client.stream(texts);
    const found: unknown[] = [];
    let next = await lines.next();
    for (; next.done !== true; next = await lines.next()) found.push(brief(next.value));
    const expected = ["positive", "negative", "empty_text", "text_too_long", "positive"];
    assert.deepEqual(
      found,
      texts.map((_, i) => [i + 1, expected[i % 5]]),
    );
    assert.deepEqual(next.value.summary, { lines: 5_000, ok: 3_000, failed: 2_000, complete: true });
  });

  test("without texts there are no lines", async () => {
    assert.deepEqual(await readAll(client.stream([])), []);
  });

  test("a source may wait for each answer", async () => {
    let answered = () => {};
    async function* texts() {
      for (let i = 0; i < 3; i++) {
        const answer = new Promise<void>((resolve) => {
          answered = resolve;
        });
        yield { id: `r${i}`, text: "good" };
        await answer;
      }
    }
    const ids: unknown[] = [];
    for await (const { id } of client.stream(texts())) {
      ids.push(id);
      answered();
    }
    assert.deepEqual(ids, ["r0", "r1", "r2"]);
  });

  test("the source is not read while the lines are not read", async () => {
    let given = 0;
    function* texts() {
      for (;;) {
        given += 1;
        yield { id: "x".repeat(200), text: "good" };
      }
    }
    const lines = client.stream(texts());
    await lines.next();
    let before = -1;
    while (before !== given) {
      before = given;
      await sleep(400);
    }
    // The two sockets and this process buffer some megabytes of the answers to an endless
    // stream.
    assert.ok(given * 400 < 40_000_000, `${given} texts were taken`);
    await lines.return(undefined as never);
  });

  test("leaving the loop ends the source", async () => {
    let ended = () => {};
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    async function* texts() {
      try {
        yield* endless();
      } finally {
        ended();
      }
    }
    for await (const { line } of client.stream(texts())) if (line === 10) break;
    await end;
  });

  test("the caller's signal ends the loop with its own reason", async () => {
    const stop = new AbortController();
    const lines = client.stream(endless(), stop.signal);
    await assert.rejects(async () => {
      for await (const { line } of lines) if (line === 100) stop.abort(new Error("enough"));
    }, /enough/);
    await assert.rejects(client.stream(["good"], AbortSignal.abort(new Error("before"))).next(), /before/);
  });

  test("an error of the source ends the loop unchanged", async () => {
    async function* texts() {
      yield "good";
      throw new RangeError("the database is gone");
    }
    await assert.rejects(readAll(client.stream(texts())), RangeError);
  });
});

test("if the service ends a stream early, the error has the reason and the last line", async (t) => {
  const app = await startApp(t, { requestTimeoutMs: 100 });
  const client = new SentimentClient({ url: await app.listen({ port: 0 }) });
  async function* texts() {
    yield "good";
    yield "bad";
    await sleep(60_000, undefined, { ref: false });
  }
  const lines = client.stream(texts());
  assert.deepEqual(
    [await lines.next(), await lines.next()].map(({ value }) => brief(value as StreamLine)),
    [
      [1, "positive"],
      [2, "negative"],
    ],
  );
  await assert.rejects(lines.next(), fault("deadline_exceeded", 2));
});

test("a missing key is the service's refusal, even after lines were sent", async (t) => {
  const app = await startApp(t, { apiKeys: "k".repeat(16) });
  const url = await app.listen({ port: 0 });
  await assert.rejects(
    readAll(new SentimentClient({ url }).stream(["good"])),
    fault("unauthorized", undefined),
  );
  const headers = { authorization: `Bearer ${"k".repeat(16)}` };
  assert.equal((await readAll(new SentimentClient({ url, headers }).stream(["good"]))).length, 1);
});

const cuts: [string, Parameters<typeof scripted>[1], Parameters<typeof fault>][] = [
  [
    "a connection that breaks",
    (r) => r.write(SCORED, () => setTimeout(() => r.destroy(), 50)),
    ["unreachable", 1],
  ],
  ["an answer without a summary", (r) => r.end(SCORED), ["unexpected_answer", 1]],
  ["a line that breaks off", (r) => r.end(`${SCORED}{"summary":`), ["unexpected_answer", 1]],
  ["what is not JSON", (r) => r.end("<html>\n"), ["unexpected_answer", 0]],
  ["another status", (r) => r.writeHead(404).end("<html>"), ["unexpected_answer", undefined]],
];
for (const [what, answer, expected] of cuts) {
  test(`${what} is an error with the last answered line`, async (t) => {
    const { url } = await scripted(t, answer);
    await assert.rejects(readAll(new SentimentClient({ url }).stream(["good", "bad"])), fault(...expected));
  });
}
