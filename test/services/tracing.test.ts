import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import supertest from "supertest";
import { startApp } from "./fixture-app.ts";

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
}

test("a request's trace continues its client's and has a span a stage", async (t) => {
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
  await app.close(); // sends what is left
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
