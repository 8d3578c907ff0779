import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createLogger } from "@undertone/base";
import { type BatchResult, SentimentError } from "@undertone/client";
import supertest from "supertest";
import { readAnswers } from "../../services/recommender/src/scoring/answers.ts";
import { SentimentMonitor } from "../../services/recommender/src/scoring/sentiment-monitor.ts";
import { stateOf } from "../../services/recommender/src/scoring/sentiment-state.ts";
import { startApp } from "../helpers/app.ts";
import { json, scripted } from "../helpers/http.ts";
import { eventually, type Owner, startRecommender } from "../helpers/recommender.ts";

const KEY = "a-key-of-more-than-16-characters";

async function startWith(t: Owner, settings: Parameters<typeof startRecommender>[1]) {
  const { app, recommender } = await startRecommender(t, { sentimentCheckSeconds: 1, ...settings });
  const http = supertest(app.server);
  recommender.start();
  const shows = async (state: string) => {
    await eventually(() => recommender.sentiment.state === state, state);
    const { body } = await http.get("/readyz").expect(200);
    assert.equal(body.status, "ready");
    assert.equal(body.sentiment.state, state);
    const { text } = await http.get("/metrics").expect(200);
    assert.match(text, new RegExp(`^recommender_sentiment_state\\{state="${state}"\\} 1$`, "m"));
    assert.equal(text.match(/^recommender_sentiment_state\{.*\} 1$/gm)!.length, 1);
    return body.sentiment;
  };
  return { http, recommender, shows };
}

const review = { items: [{ user_id: "u", item_id: "i", text: "A great film." }] };

test("if no service answers, /readyz and a metric show it, and reviews are stored", async (t) => {
  const { http, shows } = await startWith(t, {});
  await http.post("/feedback").send(review).expect(200);
  const { detail, unscored_texts } = await shows("unreachable");
  assert.match(detail, /SENTIMENT_URL/);
  assert.equal(unscored_texts, 1);
  const { text } = await http.get("/metrics");
  assert.match(text, /^recommender_sentiment_failures_total\{state="unreachable"\} [1-9]/m);
});

test("a service that does not answer in time is slow", async (t) => {
  const { url } = await scripted(t, () => {});
  const { shows } = await startWith(t, { sentimentUrl: url, sentimentTimeoutMs: 100 });
  await shows("slow");
});

test("without a key, or with a wrong one, the state is unauthorized; with the key texts are scored", async (t) => {
  const sentimentUrl = await (await startApp(t, { apiKeys: KEY })).listen({ port: 0 });
  const settings = { sentimentUrl, sentimentTimeoutMs: 2_000 };
  for (const sentimentApiKey of ["", "a-wrong-key-of-16-characters"]) {
    const { http, recommender, shows } = await startWith(t, { ...settings, sentimentApiKey });
    await http.post("/feedback").send(review).expect(200);
    const { detail } = await shows("unauthorized");
    assert.match(detail, /SENTIMENT_API_KEY/);
    assert.equal(recommender.catalogue.unscored, 1);
  }
  const { http, recommender, shows } = await startWith(t, { ...settings, sentimentApiKey: KEY });
  await http.post("/feedback").send(review).expect(200);
  await eventually(() => recommender.catalogue.unscored === 0, "the text scored");
  await shows("ok");
});

test("when the service is back, the recommender catches up by itself", async (t) => {
  let down = true;
  const model = { name: "m", version: "1" };
  const { url } = await scripted(t, (response, body) => {
    if (down) json(500, { code: "internal", detail: "" })(response, body);
    else if (body === "") json(200, {})(response, body);
    else json(200, { model, results: [{ id: "0", status: "ok", score: 0.9 }] })(response, body);
  });
  const { http, recommender, shows } = await startWith(t, { sentimentUrl: url });
  await http.post("/feedback").send(review).expect(200);
  await shows("failing");
  down = false;
  await eventually(() => recommender.catalogue.unscored === 0, "the text scored");
  await shows("ok");
});

test("the monitor makes no request while texts are scored, and logs each change once", async (t) => {
  const lines: string[] = [];
  const log = Object.assign(createLogger("silent"), {
    info: (_: object, message: string) => lines.push(message),
    warn: (_: object, message: string) => lines.push(message),
  });
  let checks = 0;
  const model = async () => {
    checks++;
    throw new SentimentError("unauthorized", "", { status: 401 });
  };
  const monitor = new SentimentMonitor({ client: { model }, log, checkMs: 20 });
  t.after(() => monitor.stop());
  monitor.start();
  await eventually(() => checks >= 3, "three checks");
  assert.deepEqual(lines, ["The sentiment service refuses the key; check SENTIMENT_API_KEY."]);
  assert.ok(monitor.failures.get("unauthorized")! >= 2);
});

describe("states and outcomes", () => {
  const error = (code: string, status?: number) =>
    new SentimentError(code as "internal", "", status === undefined ? {} : { status });
  for (const [what, cause, state] of [
    ["a connection that is refused", error("unreachable"), "unreachable"],
    ["the client's own deadline", error("deadline_exceeded"), "slow"],
    ["the service's deadline", error("deadline_exceeded", 504), "slow"],
    ["a proxy's 401 without a document", error("unexpected_answer", 401), "unauthorized"],
    ["a full queue", error("overloaded", 503), "busy"],
    ["a rate", error("rate_limited", 429), "busy"],
    ["a fault of the service", error("internal", 500), "failing"],
    ["anything else", new Error("x"), "failing"],
  ] as const) {
    test(`${what} is the state ${state}`, () => assert.equal(stateOf(cause), state));
  }

  test("a warned or refused text is an interaction only, a failed one stays open", () => {
    const batch = ["ok", "warned", "refused", "no opinion", "failed"].map((text) => ({
      user_id: "u",
      item_id: text,
      text,
    }));
    const refused = (code: string) => ({ id: "", status: "error", error: { code, detail: "" } });
    const results = [
      { status: "ok", score: 0.9, stars: 4.5 },
      { status: "ok", score: 0.8, warnings: ["not_english", "few_known_words"] },
      refused("not_english"),
      refused("no_opinion"),
      refused("internal"),
    ];
    const answer = { model: { name: "m", version: "1" }, results } as unknown as BatchResult;
    const { final, open } = readAnswers(batch, answer);
    assert.deepEqual(
      final.map((text) => ("score" in text ? text.score : text.interactionOnly)),
      [0.9, "not_english", "not_english", "no_opinion"],
    );
    assert.deepEqual(
      open.map(({ text }) => text),
      ["failed"],
    );
  });
});

test("an item and a metric show why texts count as interactions only", async (t) => {
  const model = { name: "m", version: "1" };
  const results = [{ id: "0", status: "ok", score: 0.9, stars: 4.8, warnings: ["not_english"] }];
  const { url } = await scripted(t, (response, body) =>
    json(200, body === "" ? {} : { model, results })(response, body),
  );
  const { http, recommender } = await startWith(t, { sentimentUrl: url });
  await http.post("/feedback").send(review).expect(200);
  await eventually(() => recommender.catalogue.unscored === 0, "the answer");
  const { body } = await http.get("/items/i").expect(200);
  const { reviews, interactions, models, interaction_only, estimated_stars } = body;
  assert.deepEqual(
    { reviews, interactions, models, interaction_only, estimated_stars },
    {
      reviews: 0,
      interactions: 1,
      models: [],
      interaction_only: [{ reason: "not_english", texts: 1 }],
      estimated_stars: undefined,
    },
  );
  const { text } = await http.get("/metrics");
  assert.match(text, /^recommender_interaction_only_texts\{reason="not_english"\} 1$/m);
  assert.match(text, /^recommender_scored_texts_total\{outcome="not_english"\} 1$/m);
});
