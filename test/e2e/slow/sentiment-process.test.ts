import assert from "node:assert/strict";
import { once } from "node:events";
import { truncate } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { test } from "node:test";
import { LONG_TEXT, modelCopy, modelWithOtherScore } from "../../helpers/model.ts";
import { listening, start } from "../../helpers/process.ts";

const post = (url: string, body: unknown) =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
const longBatch = { items: Array.from({ length: 400 }, () => ({ text: LONG_TEXT })) };

test("score --text prints one result without a server", async (t) => {
  const { code, stdout, stderr } = await start(t, ["score", "--text", "A great film."]).ended;
  assert.equal(stderr, "");
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).label, "positive");
});

test("score ends with exit code 1 and one line if the text cannot be scored", async (t) => {
  const { code, stdout, stderr } = await start(t, ["score", "--text", "zyzzyva"]).ended;
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /^undertone: The model knows no word of the text.*\n$/);
});

test("all faults of the environment are printed before the process ends with exit code 1", async (t) => {
  const { code, stderr } = await start(t, [], { PORT: "x", WORKERS: "-1" }).ended;
  assert.equal(code, 1);
  assert.match(stderr, /^undertone: PORT: .*\nundertone: WORKERS: .*\n$/);
});

const broken: [string, () => Promise<string>, RegExp][] = [
  ["no model", async () => "/nowhere", /manifest\.json/],
  ["a truncated graph", () => modelCopy((dir) => truncate(path.join(dir, "model.onnx"), 100)), /model\.onnx/],
  ["another golden score", modelWithOtherScore, /golden\.json: text 0 expected a score/],
];
for (const [what, makeModel, line] of broken) {
  test(`${what} ends the process with exit code 1 and one line`, async (t) => {
    const { code, stdout, stderr } = await start(t, ["serve"], { MODEL_DIR: await makeModel() }).ended;
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /^undertone: .*\n$/);
    assert.match(stderr, line);
  });
}

test("EXECUTION_PROVIDER=cuda refuses to start without CUDA", async (t) => {
  const { code, stdout, stderr } = await start(t, [], { EXECUTION_PROVIDER: "cuda" }).ended;
  if (code === null) return t.skip(`this machine has CUDA: ${stdout}`);
  assert.equal(code, 1);
  assert.match(stderr, /^undertone: EXECUTION_PROVIDER: expected CUDA, found .*\n$/);
});

test("a server prints its address, a command to try, and the address of its documentation", async (t) => {
  const server = start(t, []);
  const url = await listening(server);
  const { body } = await post(`${url}/sentiment`, { text: "great" }).then(async (r) => ({
    body: await r.json(),
  }));
  assert.equal((body as { label: string }).label, "positive");
  assert.match(server.output.stdout, /curl http:\/\/127\.0\.0\.1:\d+\/sentiment/);
  assert.match(server.output.stdout, /Docs: http:\/\/127\.0\.0\.1:\d+\/docs/);
});

test("after SIGTERM accepted requests are answered, new ones are refused, and the exit code is 0", async (t) => {
  const server = start(t, [], { WORKERS: "1" });
  const url = await listening(server);
  const held = post(`${url}/sentiment/batch`, longBatch);
  // A request that begins before the signal and ends after it.
  const socket = net.connect(Number(new URL(url).port), "127.0.0.1");
  socket.write("GET /readyz HTTP/1.1\r\nhost: localhost\r\n");
  await new Promise((resolve) => setTimeout(resolve, 300));
  const signalled = performance.now();
  server.child.kill("SIGTERM");
  await new Promise((resolve) => setTimeout(resolve, 100));
  await assert.rejects(fetch(`${url}/livez`));
  socket.write("\r\n");
  const [answer] = await once(socket.setEncoding("utf8"), "data");
  assert.match(answer, /^HTTP\/1\.1 503 [\s\S]*"code":"draining"/);
  socket.end();
  const { results } = (await (await held).json()) as { results: { status: string }[] };
  assert.ok(results.every(({ status }) => status === "ok"));
  assert.equal((await server.ended).code, 0);
  assert.ok(performance.now() - signalled < 10_000);
});

test("a second signal ends the process at once", async (t) => {
  const server = start(t, [], { WORKERS: "1" });
  const url = await listening(server);
  const held = post(`${url}/sentiment/batch`, longBatch).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 200));
  server.child.kill("SIGTERM");
  await new Promise((resolve) => setTimeout(resolve, 50));
  server.child.kill("SIGTERM");
  const end = await server.ended;
  assert.equal(end.signal, "SIGKILL");
  assert.equal(end.stderr, "");
  assert.equal(await held, undefined);
});
