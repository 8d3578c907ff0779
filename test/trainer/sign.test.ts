import assert from "node:assert/strict";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { readArtifact } from "@undertone/models";
import { keyPair } from "../helpers/minisign-keys.ts";
import { modelCopy } from "../helpers/model.ts";
import { START_FLAGS, startProcess } from "../helpers/process.ts";

const program = fileURLToPath(new URL("../../trainer/src/cli/sign.ts", import.meta.url));
const sign = (t: TestContext, dir: string) =>
  startProcess(
    t,
    [...START_FLAGS, program, "--model", dir, "--secret-key-file", path.join(dir, "minisign.key")],
    {},
  ).ended;

test("npm run sign -w trainer signs a model and prints the service's key, and never the secret one", async (t) => {
  const { publicKey, secretKeyFile } = keyPair();
  const dir = await modelCopy((dir) => writeFile(path.join(dir, "minisign.key"), secretKeyFile));
  t.after(() => rm(dir, { recursive: true }));
  const { code, stdout, stderr } = await sign(t, dir);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.ok(stdout.includes(`MODEL_PUBLIC_KEY=${publicKey}\n`), stdout);
  const secret = Buffer.from(secretKeyFile.split("\n")[1]!, "base64").subarray(62, 94);
  for (const encoding of ["base64", "hex"] as const) assert.ok(!stdout.includes(secret.toString(encoding)));
  assert.equal((await readArtifact(dir, { publicKeys: [publicKey] })).manifest.version, "1.0.0");
  const signature = await readFile(path.join(dir, "manifest.json.minisig"), "utf8");
  assert.match(signature, /trusted comment: tiny 1\.0\.0, signed 20/);
});

test("an invalid model is not signed", async (t) => {
  const dir = await modelCopy(async (dir) => {
    await writeFile(path.join(dir, "golden.json"), "{}");
    await writeFile(path.join(dir, "minisign.key"), keyPair().secretKeyFile);
  });
  t.after(() => rm(dir, { recursive: true }));
  const { code, stderr } = await sign(t, dir);
  assert.equal(code, 1);
  assert.match(stderr, /^sign: \S+golden\.json: expected \d+ bytes, found 2\n$/);
  await assert.rejects(stat(path.join(dir, "manifest.json.minisig")), /ENOENT/);
});
