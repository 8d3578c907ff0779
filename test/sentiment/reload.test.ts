import assert from "node:assert/strict";
import { readFile, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { keyPair, signModel } from "../helpers/minisign-keys.ts";
import { LONG_TEXT, modelCopy } from "../helpers/model.ts";
import { listening, start } from "../helpers/process.ts";

const post = async (url: string, body: unknown) => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as { model: { version: string } } };
};

async function setVersion(dir: string, version: string): Promise<void> {
  const file = path.join(dir, "manifest.json");
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), version }));
}

async function startOverCopy(
  t: TestContext,
  env: Record<string, string> = {},
  change: (dir: string) => Promise<void> = async () => {},
) {
  const dir = await modelCopy(change);
  const server = start(t, [], { MODEL_DIR: dir, WORKERS: "1", ...env });
  const url = await listening(server);
  const said = async (line: RegExp) => {
    while (!line.test(server.output.stdout)) await sleep(10);
  };
  return { dir, server, url, said };
}

test("after SIGHUP the new model is served, and no request is dropped", async (t) => {
  const { dir, server, url, said } = await startOverCopy(t);
  await setVersion(dir, "2.0.0");
  const versions = new Set<string>();
  let reloaded = false;
  const ask = async (): Promise<void> => {
    while (!reloaded) {
      const { status, body } = await post(`${url}/sentiment/batch`, {
        items: Array.from({ length: 20 }, () => ({ text: LONG_TEXT })),
      });
      assert.equal(status, 200);
      versions.add(body.model.version);
    }
  };
  const clients = [ask(), ask(), ask()];
  while (versions.size === 0) await sleep(5);
  server.child.kill("SIGHUP");
  await said(/"model reloaded"/);
  reloaded = true;
  await Promise.all(clients);
  const { body } = await post(`${url}/sentiment`, { text: "great" });
  assert.equal(body.model.version, "2.0.0");
  const served = (await (await fetch(`${url}/model`)).json()) as { version: string };
  assert.equal(served.version, "2.0.0");
  assert.match(
    await (await fetch(`${url}/metrics`)).text(),
    /sentiment_model_info\{name="tiny",version="2\.0\.0"/,
  );
  assert.ok(versions.has("1.0.0"));
});

test("after SIGHUP with a broken folder the old model stays, and the log has the reason", async (t) => {
  const { dir, server, url, said } = await startOverCopy(t);
  await truncate(path.join(dir, "model.onnx"), 100);
  server.child.kill("SIGHUP");
  await said(/model not reloaded: tiny 1\.0\.0 goes on/);
  assert.match(server.output.stdout, /"reason":"[^"]*model\.onnx: expected \d+ bytes, found 100"/);
  assert.equal((await post(`${url}/sentiment`, { text: "great" })).body.model.version, "1.0.0");
});

test("with MODEL_PUBLIC_KEY a new model is served only if it is signed", async (t) => {
  const { publicKey, secretKeyFile } = keyPair();
  const signed = (dir: string) => signModel(dir, secretKeyFile);
  const { dir, server, url, said } = await startOverCopy(t, { MODEL_PUBLIC_KEY: publicKey }, signed);
  const version = async () => (await post(`${url}/sentiment`, { text: "great" })).body.model.version;
  await setVersion(dir, "2.0.0");
  server.child.kill("SIGHUP");
  await said(/manifest\.json\.minisig: expected a signature .*found one of another content.*not reloaded/);
  assert.equal(await version(), "1.0.0");
  await signed(dir);
  server.child.kill("SIGHUP");
  await said(/model reloaded/);
  assert.equal(await version(), "2.0.0");
});

for (const command of [["serve"], ["score", "--text", "great"]])
  test(`with MODEL_PUBLIC_KEY \`${command[0]}\` refuses an unsigned model`, async (t) => {
    const { code, stdout, stderr } = await start(t, command, { MODEL_PUBLIC_KEY: keyPair().publicKey }).ended;
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(
      stderr,
      /^undertone: \S+manifest\.json\.minisig: expected a signature of manifest\.json by key [0-9A-F]{16}, found no such file\n$/,
    );
  });
