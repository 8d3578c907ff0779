import assert from "node:assert/strict";
import { test } from "node:test";
import supertest from "supertest";
import { FILE_PROBLEMS, PROBLEMS } from "../../services/sentiment/src/http/errors.ts";
import { Failure, failureOf } from "../../services/sentiment/src/http/page/browser/failure.js";
import {
  buckets,
  parseMetrics,
  quantile,
  sum,
} from "../../services/sentiment/src/http/page/browser/prometheus.js";
import { snippetsOf } from "../../services/sentiment/src/http/page/browser/snippets.js";
import { startApp } from "../helpers/app.ts";

/** Codes that the page gets only if it has a fault itself. */
const NOT_MET = /^(invalid_|malformed|not_found|method_not|request_timeout|unsupported|headers_too)/;

test("every refusal that a person can get is shown as a sentence without a code", () => {
  for (const code of Object.keys(PROBLEMS).filter(
    (name) => !NOT_MET.test(name) && !(name in FILE_PROBLEMS),
  )) {
    const { message } = new Failure(code, "");
    assert.match(message, /^[A-Z].*\.$/, code);
    assert.doesNotMatch(message, /_|\b[45]\d\d\b/, code);
  }
});

test("for a file that cannot be read the page shows the service's message, which has the place", () => {
  for (const code of Object.keys(FILE_PROBLEMS))
    assert.equal(new Failure(code, "Line 3: what is wrong.").message, "Line 3: what is wrong.");
});

test("a refusal with Retry-After is shown with the time", async () => {
  const failure = await failureOf(
    Response.json({ code: "overloaded" }, { status: 503, headers: { "retry-after": "2" } }),
  );
  assert.equal(failure.message, "The service is busy with other work. Try again in 2 seconds.");
  assert.equal(failure.retryAfter, 2);
});

test("an answer that is not a problem document is shown as a sentence too", async () => {
  const failure = await failureOf(new Response("<h1>Bad gateway</h1>", { status: 502 }));
  assert.match(failure.message, /^Something failed inside the service/);
});

const METRICS = `# HELP t_total Texts.
# TYPE t_total counter
t_total{outcome="ok"} 7
t_total{outcome="a \\"b\\", c"} 2
queue 1e3
d_bucket{le="0.1",route="/x"} 50
d_bucket{le="0.2",route="/x"} 100
d_bucket{le="+Inf",route="/x"} 100
d_bucket{le="0.1",route="/y"} 9
d_bucket{le="+Inf",route="/y"} 10
`;

test("metrics are read with their labels and summed", () => {
  const samples = parseMetrics(METRICS);
  assert.equal(sum(samples, "t_total"), 9);
  assert.equal(
    sum(samples, "t_total", ({ outcome }) => outcome !== "ok"),
    2,
  );
  assert.equal(sum(samples, "queue"), 1000);
});

test("quantiles are linear within a bucket, as Prometheus has them", () => {
  const samples = parseMetrics(METRICS);
  const x = buckets(samples, "d", ({ route }) => route === "/x");
  assert.equal(quantile(0.25, x), 0.05);
  assert.ok(Math.abs(quantile(0.75, x)! - 0.15) < 1e-12);
  assert.equal(
    quantile(
      0.99,
      buckets(samples, "d", ({ route }) => route === "/y"),
    ),
    0.1,
    "the last finite bound",
  );
  assert.equal(
    quantile(
      0.5,
      buckets(samples, "d", () => false),
    ),
    undefined,
  );
});

test("the service has the metrics that the page shows", async (t) => {
  const app = await startApp(t, { workers: 1 });
  await supertest(app.server).post("/sentiment").send({ text: "great" }).expect(200);
  const samples = parseMetrics((await supertest(app.server).get("/metrics")).text);
  assert.equal(sum(samples, "sentiment_texts_total"), 1);
  assert.ok(samples.some(({ name }) => name === "sentiment_queue_tokens"));
  assert.ok(sum(samples, "process_resident_memory_bytes") > 1e6);
  assert.ok(
    quantile(
      0.5,
      buckets(samples, "http_request_duration_seconds", ({ method }) => method === "POST"),
    ),
  );
});

test("a code example never has the key, and says where to set it", () => {
  for (const shown of [
    { kind: "one", text: "x" },
    { kind: "many", texts: ["x"] },
    { kind: "file" },
  ] as const) {
    const snippets = snippetsOf(shown as Parameters<typeof snippetsOf>[0], {
      url: "http://h/",
      withKey: true,
    });
    for (const snippet of Object.values(snippets)) assert.match(snippet, /UNDERTONE_KEY/);
  }
});
