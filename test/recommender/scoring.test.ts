import assert from "node:assert/strict";
import { syncBuiltinESMExports } from "node:module";
import { type TestContext, test } from "node:test";
import { createLogger } from "@undertone/base";
import { type BatchItem, type BatchResult, SentimentError } from "@undertone/client";
import { ScoreLoop, type ScoreLoopOptions } from "../../services/recommender/src/scoring/score-loop.ts";
import { startApp } from "../helpers/app.ts";
import { json, scripted } from "../helpers/http.ts";
import { eventually, openRecommender, startRecommender } from "../helpers/recommender.ts";

const review = (user_id: string, item_id: string, text: string | null, rating: number | null = null) => ({
  user_id,
  item_id,
  at: undefined,
  rating,
  text,
});

test("feedback that is stored while the sentiment service is down is scored once it is up", async (t) => {
  const { recommender, config } = await openRecommender(t, { sentimentTimeoutMs: 100 });
  recommender.start();
  await recommender.store([review("u", "good", "A great film."), review("u", "bad", "a bad, dull film")]);
  await recommender.store([
    review("u", "empty", " "),
    review("u", "odd", "zyzzyva"),
    review("u", "plain", null),
  ]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(recommender.catalogue.unscored, 4);
  const { catalogue } = recommender;
  const item = (id: string) => catalogue.index(id)!;
  assert.deepEqual(
    ["good", "bad"].map((id) => catalogue.reviews(item(id))),
    [0, 0],
  );

  // The process ends while texts are unscored. When the next one starts, the service is running.
  await recommender.close();
  const sentimentUrl = await (await startApp(t)).listen({ port: 0 });
  const { databasePath } = config;
  const { recommender: next } = await openRecommender(t, { databasePath, sentimentUrl });
  assert.equal(next.catalogue.unscored, 4);
  next.start();
  await eventually(() => next.catalogue.unscored === 0, "everything scored");
  const again = (id: string) => next.catalogue.index(id)!;
  assert.ok(next.catalogue.quality(again("good")) > next.catalogue.quality(again("bad")));
  // A text that cannot be scored counts as an interaction only.
  for (const id of ["empty", "odd", "plain"]) {
    assert.deepEqual([next.catalogue.reviews(again(id)), next.catalogue.popularity(again(id))], [0, 1]);
  }
  assert.deepEqual((await next.texts("good")).models, [{ model: "tiny@1.0.0", texts: 1 }]);
  assert.deepEqual(await next.texts("odd"), {
    models: [],
    interactionOnly: [{ reason: "no_known_words", texts: 1 }],
    estimatedStars: undefined,
  });
  assert.deepEqual(Object.fromEntries(next.catalogue.interactionOnly), { empty_text: 1, no_known_words: 1 });
  assert.deepEqual(Object.fromEntries(next.outcomes), { ok: 2, empty_text: 1, no_known_words: 1 });
});

test("a slow service delays neither feedback nor the end of the process, and no text is lost", async (t) => {
  const { url, seen } = await scripted(t, () => {});
  const { recommender, config } = await openRecommender(t, { sentimentUrl: url });
  recommender.start();
  await recommender.store([review("u", "i", "great")]);
  await eventually(() => seen.includes('{"items":[{"text":"great"}]}'), "the batch to be under way");
  const start = performance.now();
  await recommender.store([review("u", "j", "bad")]);
  await recommender.close();
  assert.ok(performance.now() - start < 2_000);
  const { recommender: next } = await openRecommender(t, { databasePath: config.databasePath });
  assert.equal(next.catalogue.unscored, 2);
});

test("if a text is replaced while it is scored, the new text is scored", async (t) => {
  let release = () => {};
  const model = { name: "m", version: "1" };
  const answer = (score: number) => json(200, { model, results: [{ id: "0", status: "ok", score }] });
  const { url, seen } = await scripted(
    t,
    json(200, {}), // the request of the monitor while there is nothing to score
    (response, body) => {
      release = () => answer(0.1)(response, body);
    },
    answer(0.9),
  );
  const { recommender } = await openRecommender(t, { sentimentUrl: url });
  recommender.start();
  await eventually(() => recommender.sentiment.state === "ok", "the check");
  await recommender.store([review("u", "i", "old")]);
  await eventually(() => seen.length === 2, "the batch to be under way");
  await recommender.store([review("u", "i", "new")]);
  release();
  await eventually(() => recommender.catalogue.unscored === 0, "the new text scored");
  assert.match(seen[2]!, /new/);
  assert.deepEqual((await recommender.texts("i")).models, [{ model: "m@1", texts: 1 }]);
  // (0.6 * 0.9 + 5 * 0.9) / 5.6, from the only score
  assert.ok(Math.abs(recommender.catalogue.quality(0) - 0.9) < 1e-12);
});

test("after a new model all texts are scored again, and old scores count until then", async (t) => {
  const sentimentUrl = await (await startApp(t)).listen({ port: 0 });
  const { app, recommender } = await startRecommender(t, { sentimentUrl });
  await recommender.store(
    Array.from({ length: 600 }, (_, i) => review(`u${i}`, `i${i % 7}`, "a great film")),
  );
  recommender.start();
  await eventually(() => recommender.catalogue.unscored === 0, "everything scored");
  const quality = recommender.catalogue.quality(0);
  const reply = await app.inject({ method: "POST", url: "/rescore" });
  assert.equal(reply.statusCode, 202);
  assert.deepEqual(reply.json(), { unscored: 600 });
  assert.ok(Math.abs(recommender.catalogue.quality(0) - quality) < 1e-12);
  await eventually(() => recommender.catalogue.unscored === 0, "everything scored again");
  assert.equal(recommender.outcomes.get("ok"), 1200);
});

type Row = { user_id: string; item_id: string; text: string; attempts: number };

/** A score loop over rows in memory. `saved` are the texts that got a final answer. */
function startLoop(
  t: TestContext,
  texts: string[],
  scoreBatch: (items: BatchItem[]) => Promise<BatchResult>,
  options: Partial<ScoreLoopOptions> = {},
) {
  const rows = texts.map((text, i): Row => ({ user_id: "u", item_id: String(i), text, attempts: 0 }));
  const saved: string[] = [];
  const loop = new ScoreLoop({
    client: { scoreBatch },
    monitor: { succeeded: () => {}, failed: () => {} },
    log: createLogger("silent"),
    batchItems: 8,
    firstDelayMs: 1,
    unscored: async (limit) => rows.toSorted((a, b) => a.attempts - b.attempts).slice(0, limit),
    save: async (scored) => {
      for (const { item_id, text } of scored) {
        rows.splice(
          rows.findIndex((row) => row.item_id === item_id),
          1,
        );
        saved.push(text);
      }
    },
    countAttempt: async (keys) => {
      for (const row of rows) if (keys.some(({ item_id }) => item_id === row.item_id)) row.attempts++;
    },
    onOutcomes: () => {},
    ...options,
  });
  t.after(() => loop.stop());
  loop.start();
  return { loop, rows, saved };
}

const ok = (id: number) => ({ id: String(id), status: "ok", score: 0.5 });
const result = (results: object[]) => ({ model: { name: "m", version: "1" }, results }) as BatchResult;

test("a text that ends the service does not keep others from being scored", async (t) => {
  const texts = Array.from({ length: 20 }, (_, i) => (i === 3 ? "poison" : `text ${i}`));
  const { rows, saved } = startLoop(t, texts, async (items) => {
    if (items.some(({ text }) => text === "poison"))
      throw new SentimentError("internal", "", { status: 500 });
    return result(items.map((_, i) => ok(i)));
  });
  await eventually(() => saved.length === 19, "all but the poison scored");
  assert.deepEqual(
    rows.map(({ text }) => text),
    ["poison"],
  );
  await eventually(() => rows[0]!.attempts > 6, "the poison to be tried again");
});

test("an item is sent again after a failure of the service, and not after a refusal", async (t) => {
  const tried = new Map<string, number>();
  const { rows, saved } = startLoop(t, ["failing", "refused", "fine"], async (items) =>
    result(
      items.map(({ text }, i) => {
        tried.set(text, 1 + (tried.get(text) ?? 0));
        if (text === "refused")
          return { id: "", status: "error", error: { code: "no_known_words", detail: "" } };
        if (text === "failing" && tried.get(text)! < 4) {
          return { id: "", status: "error", error: { code: "internal", detail: "" } };
        }
        return ok(i);
      }),
    ),
  );
  await eventually(() => rows.length === 0, "every text to get its answer");
  assert.deepEqual(saved, ["refused", "fine", "failing"]);
  assert.deepEqual(Object.fromEntries(tried), { failing: 4, refused: 1, fine: 1 });
});

test("the texts of a batch fit into one request", async (t) => {
  const sizes: number[] = [];
  const { saved } = startLoop(
    t,
    [300_000, 150_000, 300_000, 600_000, 10].map((n) => "a".repeat(n)),
    async (items) => {
      sizes.push(items.length);
      return result(items.map((_, i) => ok(i)));
    },
  );
  await eventually(() => saved.length === 5, "all scored");
  assert.deepEqual(sizes, [2, 1, 1, 1]);
});

test("the pause grows with each failure, and there is none after a success", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  syncBuiltinESMExports(); // mocks the exports of node:timers/promises, too
  t.after(syncBuiltinESMExports);
  t.mock.method(Math, "random", () => 1);
  let calls = 0;
  let down = true;
  const { saved } = startLoop(
    t,
    ["a", "b"],
    async (items) => {
      calls++;
      if (down) throw new SentimentError("unreachable", "");
      return result(items.map((_, i) => ok(i)));
    },
    { firstDelayMs: 1_000 },
  );
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const pass = async (ms: number) => {
    t.mock.timers.tick(ms);
    await settle();
  };
  await settle();
  assert.equal(calls, 1);
  let expected = 1;
  for (const delay of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
    await pass(delay - 1);
    assert.equal(calls, expected);
    await pass(1);
    assert.equal(calls, ++expected);
  }
  down = false;
  await pass(60_000);
  assert.deepEqual(saved.toSorted(), ["a", "b"]);
});
