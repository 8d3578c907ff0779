import assert from "node:assert/strict";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { request } from "node:http";
import net from "node:net";
import os from "node:os";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import v8 from "node:v8";
import { runInNewContext } from "node:vm";
import { gunzipSync } from "node:zlib";
import type { App } from "@undertone/base";
import supertest from "supertest";
import { SLOW_WORKER, startApp, startAppOver, startScorer } from "../helpers/app.ts";
import { Connection } from "../helpers/connection.ts";
import { upload } from "../helpers/upload.ts";

const PATH = "/sentiment/file";
const ID = "0123456789abcdef";
const PAD = "p".repeat(1000);
const ROWS = 30_000;
const port = (app: App) => (app.server.address() as net.AddressInfo).port;

/** A connection that sends a file of 30 MB as fast as it is read, and reads nothing. */
function sendUnread(app: App) {
  const socket = net.connect(port(app), "127.0.0.1");
  socket.pause();
  socket.write(`POST ${PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/csv\r\n`);
  socket.write("transfer-encoding: chunked\r\nconnection: close\r\n\r\n");
  let sent = 0;
  const done = (async () => {
    for (let row = 0; row <= ROWS; row++) {
      const data = row === 0 ? "id,text\n" : `${row},great ${PAD}\n`;
      sent += data.length;
      if (!socket.write(`${data.length.toString(16)}\r\n${data}\r\n`)) await once(socket, "drain");
    }
    socket.write("0\r\n\r\n");
  })();
  return { socket, done, sent: () => sent };
}

/** The bytes in buffers that are still in use. */
function bytesHeld(): number {
  v8.setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().arrayBuffers;
}

async function readRest(socket: net.Socket): Promise<string> {
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
  });
  socket.resume();
  await once(socket, "close");
  return text;
}

function assertWhole(text: string): void {
  const numbers = [...text.matchAll(/^(\d+),great p/gm)].map(([, number]) => Number(number));
  assert.equal(numbers.length, ROWS);
  assert.ok(numbers.every((number, i) => number === i + 1));
  assert.match(text, new RegExp(`"read":${ROWS},"scored":${ROWS}.*"complete":true`));
}

describe("a client that does not read its answer yet", () => {
  test("is not read from if no disk is allowed, and loses no row", async (t) => {
    const app = await startApp(t, { maxStreamHeld: 100_000, maxSpooledBytes: 0 });
    await app.listen({ port: 0 });
    const { socket, done, sent } = sendUnread(app);
    for (let before = -1; before !== sent(); ) {
      before = sent();
      await sleep(500);
    }
    // The sockets' buffers hold some megabytes on each side, and the file has 30.
    assert.ok(sent() < 20_000_000, `${sent()} bytes were taken`);
    const text = readRest(socket);
    await done;
    assertWhole(await text);
  });

  test("can send its whole file, which is kept in an unlinked file on disk", async (t) => {
    const app = await startApp(t, { maxStreamHeld: 100_000 });
    await app.listen({ port: 0 });
    const before = bytesHeld();
    const { socket, done } = sendUnread(app);
    await done;
    // A busy machine is still writing the last megabytes to the disk when they have been sent.
    let grown = bytesHeld() - before;
    for (let n = 0; n < 20 && grown >= 10_000_000; n++) {
      await sleep(200);
      grown = bytesHeld() - before;
    }
    assert.ok(grown < 10_000_000, `${grown} bytes more are held`);
    assert.deepEqual(
      (await readdir(os.tmpdir())).filter((name) => /^undertone-[0-9a-f-]{36}$/.test(name)),
      [],
    );
    assertWhole(await readRest(socket));
  });

  test("and sends nothing is disconnected after the time limit", async (t) => {
    const app = await startApp(t, { requestTimeoutMs: 500, maxSpooledBytes: 0 });
    await app.listen({ port: 0 });
    const { socket, done } = sendUnread(app);
    done.catch(() => {}); // the server closes the connection
    socket.on("error", () => {});
    await new Promise((resolve) => socket.once("close", resolve));
  });
});

test("if a client disconnects, its work ends, and the state of its upload is failed", async (t) => {
  const engine = await startScorer(t, {
    workers: 1,
    program: SLOW_WORKER,
    batchTokens: 64,
    maxStreamHeld: 5_000,
  });
  const { app, scorer } = await startAppOver(t, engine);
  await app.listen({ port: 0 });
  const rows = 20_000;
  const req = request({ port: port(app), method: "POST", path: `${PATH}?id=${ID}` });
  req.on("error", () => {});
  req.write(`text\n${"great film\n".repeat(rows)}`);
  while (scorer.queuedTokens === 0) await sleep(10);
  req.destroy();
  const state = async () => (await supertest(app.server).get(`${PATH}/${ID}`)).body;
  for (const end = Date.now() + 20_000; (await state()).state === "running" && Date.now() < end; )
    await sleep(50);
  const known = await state();
  assert.equal(known.state, "failed");
  assert.ok(known.summary.read < rows / 4, `${known.summary.read} rows were scored for nobody`);
  assert.equal(scorer.queuedTokens, 0);
});

describe("a fault after the answer has begun", () => {
  const good = `id,text\n${Array.from({ length: 3_000 }, (_, i) => `${i},great ${"film ".repeat(20)}\n`).join("")}`;
  for (const [what, file, code] of [
    [
      "a byte of another encoding",
      Buffer.concat([Buffer.from(good), Buffer.from("x,caf\xe9\n", "latin1")]),
      "invalid_encoding",
    ],
    ["a quote that is never closed", `${good}x,"great\n`, "unclosed_quote"],
  ] as const) {
    for (const encoding of ["identity", "gzip"]) {
      test(`(${what}, ${encoding}) closes the connection, and is in the last line and the state`, async (t) => {
        const app = await startApp(t, { workers: 1 });
        await app.listen({ port: 0 });
        const headers = { "accept-encoding": encoding };
        const { status, broken, body, summary } = await upload(app, file, {
          query: `?summary=line&id=${ID}`,
          headers,
        });
        assert.deepEqual([status, broken, summary], [200, true, undefined]);
        const text = (encoding === "gzip" ? gunzipSync(body) : body).toString();
        const last = JSON.parse(text.trimEnd().split("\n").at(-1)!);
        assert.equal(last.summary.error.code, code);
        assert.match(last.summary.error.detail, /^Line 3002/);
        assert.equal(last.summary.complete, false);
        const { read, scored, failed, skipped } = last.summary;
        assert.equal(read, scored + failed + skipped);
        const { body: known } = await supertest(app.server).get(`${PATH}/${ID}`).expect(200);
        assert.deepEqual(known, {
          state: "failed",
          received: known.received,
          processed: known.processed,
          ...last,
        });
        const silent = await upload(app, file);
        assert.deepEqual([silent.broken, silent.summary], [true, undefined]);
      });
    }
  }
});

test("a client of HTTP/1.0 gets its file without chunks", async (t) => {
  const app = await startApp(t, { workers: 1 });
  await app.listen({ port: 0 });
  const connection = new Connection(port(app));
  connection.socket.write(`POST ${PATH}?summary=line HTTP/1.0\r\ncontent-length: 11\r\n\r\ntext\ngreat\n`);
  const said = await connection.end();
  assert.doesNotMatch(said, /transfer-encoding|trailer/i);
  assert.match(
    said,
    /\r\n\r\ntext,sentiment_label,.*\ngreat,positive,.*\n\{"summary":.*"complete":true.*\n$/,
  );
});

test("a file is refused while it is still being sent, and a small one keeps its connection", async (t) => {
  const app = await startApp(t, { workers: 1 });
  await app.listen({ port: 0 });
  const large = `id,opinion\n${`1,${PAD}\n`.repeat(20_000)}`;
  assert.equal((await upload(app, large)).status, 400);
  const connection = new Connection(port(app));
  const post = `POST ${PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 13\r\n\r\nopinion\ngood\n`;
  connection.socket.write(post);
  await connection.until(/missing_column/);
  connection.socket.write(post);
  await connection.until(/missing_column[\s\S]*missing_column/);
  connection.socket.destroy();
});
