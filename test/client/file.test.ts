import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { SentimentClient, SentimentError } from "@undertone/client";
import { SLOW_WORKER, startApp } from "../helpers/app.ts";
import { scripted } from "../helpers/http.ts";
import { upload } from "../helpers/upload.ts";

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
const failsWith = (code: string, detail: RegExp) => (error: unknown) => {
  assert.ok(error instanceof SentimentError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, detail);
  return true;
};

describe("scoreFile against the real service", async () => {
  const app = await startApp({ after }, { workers: 1 });
  const client = new SentimentClient({ url: `${await app.listen({ port: 0 })}/` });
  const CSV = 'id,text\r\n007,"great, really"\r\n8,\r\n';

  const bytes = Buffer.from(CSV);
  const sources = {
    bytes: () => bytes,
    "a Blob": () => new Blob([bytes]),
    "a web stream": () => new Blob([bytes]).stream() as ReadableStream<Uint8Array>,
    "an async iterable": async function* () {
      for (const byte of bytes) yield Buffer.from([byte]);
    },
  };
  for (const [what, source] of Object.entries(sources)) {
    test(`${what} returns the service's file and its summary`, async () => {
      const { file, summary, contentType } = await client.scoreFile(source());
      const expected = await upload(app, bytes);
      assert.deepEqual(await bytesOf(file), expected.body);
      assert.deepEqual(await summary, expected.summary);
      assert.equal(contentType, "text/csv; charset=utf-8");
    });
  }

  for (const [what, content] of [
    ["no line end at its end", Buffer.from("text\ngreat")],
    ["CR alone", Buffer.from("text,id\rgreat,1\r")],
    ["UTF-16", Buffer.from("\ufefftext\ngreat\n", "utf16le")],
    ["many rows", Buffer.from(`text\n${"great film\n".repeat(5_000)}`)],
    ["a JSON array", Buffer.from('[{"text":"great"}]')],
  ] as const) {
    test(`a file with ${what} comes back byte for byte`, async () => {
      const { file, summary } = await client.scoreFile(content);
      const expected = await upload(app, content);
      assert.deepEqual(await bytesOf(file), expected.body);
      assert.equal((await summary).summary.bytes, expected.body.length);
    });
  }

  test("an answer that is read late is complete, even after a garbage collection", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    const { file } = await client.scoreFile(Buffer.from("text\ngreat\n"));
    for (let n = 0; n < 5; n++) {
      collectGarbage();
      await sleep(20);
    }
    assert.match(String(await bytesOf(file)), /^text,.*\ngreat,positive,/);
  });

  test("options are sent as the service's parameters", async () => {
    const options = { header: false, textColumn: "2", resultPrefix: "s_", format: "csv" } as const;
    const { file } = await client.scoreFile(Buffer.from("1,great\n"), options);
    assert.match(String(await bytesOf(file)), /^1,great,positive,/);
  });

  test("a file that cannot be read rejects with the place and what to do", async () => {
    const refused = client.scoreFile(Buffer.from("id,opinion\n1,great\n"));
    await assert.rejects(
      refused,
      failsWith("missing_column", /found 2 columns: "id", "opinion".*textColumn/),
    );
  });

  test("a fault after the answer has begun fails the file and the summary", async () => {
    const { file, summary } = await client.scoreFile(
      Buffer.from(`text\n${"great film\n".repeat(5_000)}"open\n`),
    );
    await assert.rejects(bytesOf(file), failsWith("unclosed_quote", /Line 5002/));
    await assert.rejects(summary, failsWith("unclosed_quote", /Line 5002/));
  });

  test("a source that fails fails the call with its own error", async () => {
    async function* failing() {
      yield Buffer.from("text\ngreat\n");
      throw new Error("the disk is gone");
    }
    await assert.rejects(client.scoreFile(failing()), /the disk is gone/);
  });

  test("a source is read only while the file is read", async () => {
    let read = 0;
    async function* endless() {
      yield Buffer.from("text\n");
      for (;;) {
        read += 1_000_000;
        yield Buffer.from(`great ${"p".repeat(993)}\n`.repeat(1_000));
        await sleep(0);
      }
    }
    const { file, summary } = await client.scoreFile(endless());
    for (let before = -1; before !== read; await sleep(500)) before = read;
    // the buffers of the sockets, and 32 MiB on the service's disk
    assert.ok(read < 80_000_000, `${read} bytes were read`);
    await file.cancel();
    await assert.rejects(summary, failsWith("unreachable", /not read to its end/));
  });
});

test("the caller's signal ends the call with its reason", async (t) => {
  const app = await startApp(t, { workers: 1, program: SLOW_WORKER });
  const client = new SentimentClient({ url: await app.listen({ port: 0 }) });
  const reason = new Error("enough");
  const aborted = new AbortController();
  setTimeout(() => aborted.abort(reason), 100);
  async function* silent() {
    yield Buffer.from("text\ngreat\n");
    await sleep(60_000, undefined, { ref: false });
  }
  await assert.rejects(client.scoreFile(silent(), { signal: aborted.signal }), reason);
});

test("an answer without a summary is an error", async (t) => {
  const { url } = await scripted(t, (response) => response.end("<p>a proxy's page</p>"));
  const { file } = await new SentimentClient({ url }).scoreFile(Buffer.from("text\ngreat\n"));
  await assert.rejects(bytesOf(file), failsWith("unexpected_answer", /without a summary/));
});

test("an address without a service is unreachable", async () => {
  const client = new SentimentClient({ url: "http://127.0.0.1:1" });
  await assert.rejects(
    client.scoreFile(new Blob(["text\ngreat\n"])),
    failsWith("unreachable", /127\.0\.0\.1:1/),
  );
});
