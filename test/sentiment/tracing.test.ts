import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { createLogger } from "@undertone/base";
import supertest from "supertest";
import { buildApp } from "../../services/sentiment/src/http/app.ts";
import { startApp, startScorer } from "../helpers/app.ts";

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
}

test("a request's trace continues its client's and has one span per stage", async (t) => {
  const bodies: string[] = [];
  const receiver = http.createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    assert.equal(request.url, "/v1/traces");
    bodies.push(body);
    response.setHeader("content-type", "application/json").end("{}");
  });
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  t.after(() => receiver.close());
  const { port } = receiver.address() as AddressInfo;
  const app = await startApp(t, { workers: 1, otelExporterOtlpEndpoint: `http://127.0.0.1:${port}` });
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
  await supertest(app.server).post("/sentiment").set({ traceparent }).send({ text: "secretword great" });
  await app.close(); // sends the remaining spans
  const spans: Span[] = bodies.flatMap((body) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans);
  const root = spans.find(({ name }) => name === "POST /sentiment")!;
  assert.equal(root.parentSpanId, "b7ad6b7169203331");
  assert.deepEqual(
    spans.filter(({ parentSpanId }) => parentSpanId === root.spanId).map(({ name }) => name),
    ["encodeMs", "queueMs", "inferMs"],
  );
  assert.ok(spans.every((span) => span.traceId === traceId));
  assert.doesNotMatch(bodies.join(), /secretword/);
});

test("the headers of a call for a request continue its client's trace; without tracing there are none", async (t) => {
  const { config, scorer } = await startScorer(t, { workers: 1 });
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const sent = { traceparent: `00-${traceId}-b7ad6b7169203331-01`, tracestate: "vendor=1" };
  const headersWith = async (otelExporterOtlpEndpoint: string) => {
    const app = await buildApp({ ...config, otelExporterOtlpEndpoint }, scorer, createLogger("silent"));
    app.get("/along", async (request) => request.traceHeaders);
    const answer = await app.inject({ url: "/along", headers: sent });
    await app.close(); // The service does not fail if the traces cannot be sent.
    return answer.json() as Record<string, string>;
  };
  const { traceparent, ...rest } = await headersWith("http://127.0.0.1:9"); // no service listens there
  assert.match(traceparent!, new RegExp(`^00-${traceId}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`));
  assert.deepEqual(rest, { tracestate: "vendor=1" });
  assert.deepEqual(await headersWith(""), {});
});
