import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "./client.ts";
import { figure } from "./figures.ts";
import { SHORT } from "./form.ts";
import { review } from "./reviews.ts";
import { MODEL_DIR, startService } from "./service.ts";

/** Words of the published model's vocabulary that are in no other text of these tests. */
const ALWAYS = { exit: "werewolves", throw: "zombies", memory: "dracula", hang: "mummies" };
const ONCE = { exit: "martians", throw: "cyborgs", memory: "dinosaurs", hang: "gorillas" };
type Fault = keyof typeof ALWAYS;

const ROUNDS = SHORT ? 1 : 10;
const ITEMS = 12;
const WORKER_TIMEOUT_MS = 2_000;
const NEW_WORKER_MS = 1_000;
/** The allowed difference: a batch adds up products in another order than a single text. */
const SCORE_TOLERANCE = 1e-5;

async function startFlawed(t: TestContext, workers: number) {
  const { words } = JSON.parse(await readFile(path.join(MODEL_DIR, "vocab.json"), "utf8"));
  const idsOf = (named: Record<Fault, string>) =>
    Object.fromEntries(Object.entries(named).map(([fault, word]) => [fault, words.indexOf(word)]));
  const folder = await mkdtemp(path.join(tmpdir(), "undertone-flaws-"));
  t.after(() => rm(folder, { recursive: true }));
  const flaws = { folder, always: idsOf(ALWAYS), once: idsOf(ONCE) };
  assert.ok(
    ![...Object.values(flaws.always), ...Object.values(flaws.once)].includes(-1),
    "a word is unknown",
  );
  return startService(t, {
    WORKERS: String(workers),
    WORKER_TIMEOUT_MS: String(WORKER_TIMEOUT_MS),
    NODE_OPTIONS: `--import ${new URL("./flaws.mjs", import.meta.url).href}`,
    FLAWS: JSON.stringify(flaws),
  });
}

test("workers die under load: nothing is lost, answered twice or wrong", async (t) => {
  const { client } = await startFlawed(t, 2);
  const scores = await scoresAlone(client);
  let n = 0;
  let wrong = 0;
  let stopped = false;
  const load = Array.from({ length: 3 }, async () => {
    let items = 0;
    for (; !stopped; items += ITEMS) {
      const from = n++ * ITEMS;
      const results = await batch(
        client,
        Array.from({ length: ITEMS }, (_, i) => text(from + i)),
      );
      for (const [i, result] of results.entries()) {
        const right = result.id === String(i) && isNear(result.score, scores[(from + i) % scores.length]!);
        if (!right) wrong += 1;
      }
    }
    return items;
  });
  const refusals: string[] = [];
  const before = await restarts(client);
  for (let round = 0; round < ROUNDS; round++) {
    for (const fault of Object.keys(ALWAYS) as Fault[]) {
      const [poison, victim] = await batch(client, [`The ${ALWAYS[fault]} of round ${round}.`, text(round)]);
      const [once] = await batch(client, [`The ${ONCE[fault]} of round ${round} are great.`]);
      refusals.push(poison!.error?.code ?? "none");
      assert.ok(isNear(victim!.score, scores[round % scores.length]!));
      assert.equal(once!.status, "ok", `a text whose first worker died of ${fault} is scored by another`);
    }
  }
  // Remembered: once more, alone and in company, and no worker dies of it.
  while ((await restarts(client)) < before + 3 * 4 * ROUNDS) await sleep(50);
  const known = await restarts(client);
  for (const word of Object.values(ALWAYS)) {
    const { status, body } = await client.post("/sentiment", { text: `The ${word} of round 0.` });
    assert.deepEqual([status, JSON.parse(body).code], [422, "unscorable_text"]);
  }
  stopped = true;
  const items = (await Promise.all(load)).reduce((sum, one) => sum + one, 0);
  assert.ok(refusals.every((code) => code === "unscorable_text"));
  assert.equal(wrong, 0);
  assert.equal(await restarts(client), known);
  figure(
    t,
    "workers die",
    `${known - before} deaths (exit, throw, out of memory, hang longer than ${WORKER_TIMEOUT_MS} ms) ` +
      `beside ${items} texts of 3 clients: 0 lost, 0 twice, 0 wrong; ${refusals.length} texts ` +
      "that killed twice refused as `unscorable_text` and remembered",
  );
});

test("a new worker is up within a second", async (t) => {
  const { client } = await startFlawed(t, 1);
  const times: number[] = [];
  for (let round = 0; round < (SHORT ? 4 : 20); round++) {
    const answer = client.post("/sentiment", { text: `The ${ONCE.exit} are great, ${round}.` });
    while ((await client.get("/readyz")).status === 200) await sleep(1);
    const down = performance.now();
    while ((await client.get("/readyz")).status !== 200) await sleep(5);
    times.push(performance.now() - down);
    assert.equal((await answer).status, 200);
  }
  const [least, most] = [Math.min(...times), Math.max(...times)];
  figure(t, "new worker", `up after ${least.toFixed(0)} to ${most.toFixed(0)} ms, ${times.length} deaths`);
  // Other processes can only make it slower, so the fastest counts.
  assert.ok(least <= NEW_WORKER_MS, `${times.map((ms) => ms.toFixed(0))} ms`);
});

const DIFFERENT = 24;
const isNear = (score: number | undefined, expected: number) =>
  score !== undefined && Math.abs(score - expected) <= SCORE_TOLERANCE;
const text = (n: number) => review(n % DIFFERENT, 60);

async function scoresAlone(client: Client): Promise<number[]> {
  const texts = Array.from({ length: DIFFERENT }, (_, n) => text(n));
  const answers = await Promise.all(texts.map((one) => client.post("/sentiment", { text: one })));
  return answers.map(({ body }) => JSON.parse(body).score as number);
}

interface Result {
  id: string;
  status: string;
  score?: number;
  error?: { code: string };
}

async function batch(client: Client, texts: string[]): Promise<Result[]> {
  const { status, body } = await client.post("/sentiment/batch", { items: texts.map((text) => ({ text })) });
  assert.equal(status, 200, body);
  const { results } = JSON.parse(body) as { results: Result[] };
  assert.equal(results.length, texts.length);
  return results;
}

async function restarts(client: Client): Promise<number> {
  const { body } = await client.get("/metrics");
  return Number(/^sentiment_worker_restarts_total (\d+)/m.exec(body)?.[1]);
}
