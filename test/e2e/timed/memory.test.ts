import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { allocatorSettings } from "../../helpers/image.ts";
import { IMAGE_FLAGS, listening, startProcess } from "../../helpers/process.ts";

/**
 * Measured after load: 196 MiB on Node.js 20, and 230 MiB on 24. A faster machine has more garbage.
 * Before the memory was reduced it was 310 to 420 MiB on an idle machine.
 */
const MAX_MIB = 270;
const REQUESTS = 80;
const CLIENTS = 4;
const REVIEWS = 64; // of a request
const WORDS = 230; // of a review

test("the bundled service with two workers stays small under load", async (t) => {
  if (process.platform !== "linux") return t.skip("reads /proc");
  const folder = await mkdtemp(path.join(os.tmpdir(), "undertone-bundle-"));
  t.after(() => rm(folder, { recursive: true }));
  await promisify(execFile)("npm", ["run", "--silent", "bundle", "--", "sentiment", folder]);
  const env = {
    ...(await allocatorSettings()),
    NODE_ENV: "production",
    EXECUTION_PROVIDER: "cpu",
    MODEL_DIR: path.resolve("models/reviews-bilstm"),
    WORKERS: "2",
  };
  const { child, output } = startProcess(t, [...IMAGE_FLAGS, path.join(folder, "main.js"), "serve"], env);
  const url = await listening({ child, output });
  const body = await reviews();
  let left = REQUESTS;
  const client = async () => {
    while (left-- > 0) {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${url}/sentiment/batch`, { method: "POST", headers, body });
      assert.equal(response.status, 200);
      const { results } = (await response.json()) as { results: { status: string }[] };
      assert.ok(results.every(({ status }) => status === "ok"));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const [, kib] = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${child.pid}/status`, "utf8"))!;
  const mib = Number(kib) / 1024;
  t.diagnostic(`${mib.toFixed(0)} MiB after ${REQUESTS * REVIEWS} reviews, Node.js ${process.version}`);
  assert.ok(mib <= MAX_MIB, `${mib.toFixed(0)} MiB, at most ${MAX_MIB} expected`);
});

/** The body of a request: reviews of the length of film reviews, made of the fixtures' short ones. */
async function reviews(): Promise<string> {
  const words = (await readFile("test/fixtures/reviews.csv", "utf8")).match(/[a-z']+/gi)!;
  const items = Array.from({ length: REVIEWS }, (_, review) => ({
    text: Array.from({ length: WORDS }, (_, i) => words[(review * 7 + i * (review + 1)) % words.length]).join(
      " ",
    ),
  }));
  return JSON.stringify({ items });
}
