import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import type { App } from "@undertone/base";
import { MAX_HEAD_BYTES } from "../../../services/base/src/answer-size.ts";
import { documentedBytes } from "../../helpers/answer-limits.ts";
import { startApp } from "../../helpers/app.ts";
import { startRecommender } from "../../helpers/recommender.ts";
import { HEADS, hostileBodies, LONG_QUERY, ORIGIN, PARAMETERS } from "./answer-size/hostile.ts";
import { type Sent, type Size, sizeOfAnswer } from "./answer-size/send.ts";

/** What chunked transfer adds to a stream. */
const TRANSFER = 1.01;

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const HIDDEN = [
  "/docs",
  "/docs/json",
  "/docs/static/index.html",
  "/page/card",
  "/page/report/{plot}",
  "/nowhere",
];

interface Document {
  paths: Record<string, Record<string, { requestBody?: { content: Record<string, unknown> } }>>;
}

/**
 * Sends all hostile requests to all routes. Fails with the list of requests whose answer is larger
 * than documented.
 */
async function walk(app: App, expected: { largest: number }) {
  const port = Number(new URL(await app.listen({ host: "127.0.0.1", port: 0 })).port);
  const { paths } = app.swagger() as unknown as Document;
  const above: string[] = [];
  const seen = { requests: 0, largest: 0, statuses: new Set<number>() };
  const measure = async (route: string, path: string, sent: Sent) => {
    const size = await sizeOfAnswer(port, path, sent);
    seen.requests += 1;
    if (size === undefined) return;
    seen.statuses.add(size.status);
    seen.largest = Math.max(seen.largest, size.body);
    const fault = faultOf(size, documentedBytes(route, size.status, Buffer.from(sent.body ?? "")));
    if (fault !== undefined) above.push(`${sent.method ?? "GET"} ${route}, ${sent.kind}: ${fault}`);
  };
  for (const [route, methods] of Object.entries(paths)) {
    const path = route.replace("{m}", "tiny").replace("{v}", "1.0.0").replace("{id}", "a");
    for (const [name, { requestBody }] of Object.entries(methods)) {
      const method = name.toUpperCase();
      // The type of an uploaded file is detected, so JSON Lines and JSON are the same there.
      const types = Object.keys(requestBody?.content ?? {}).filter(
        (type, _n, all) => type !== "application/json" || !all.includes("application/x-ndjson"),
      );
      for (const type of types)
        for (const sent of hostileBodies(type)) await measure(route, path, { ...sent, method });
    }
  }
  for (const route of [...Object.keys(paths), ...HIDDEN]) {
    const path = route
      .replace("{m}", "tiny")
      .replace("{v}", "1.0.0")
      .replace(/\{\w+\}/, "a");
    const documented = Object.keys(paths[route] ?? { get: {} }).map((name) => name.toUpperCase());
    for (const method of documented)
      for (const sent of HEADS) await measure(route, path, { method, ...sent });
    for (const method of METHODS) await measure(route, path, { method, ...LONG_QUERY });
    if (!route.includes("{")) continue;
    for (const parameter of PARAMETERS)
      for (const method of documented)
        await measure(route, route.replaceAll(/\{\w+\}/g, parameter), { kind: "a parameter", method });
  }
  assert.deepEqual(above, []);
  // Without answers of every kind, the requests would not have reached the routes.
  for (const status of [200, 400, 404, 405, 413, 415, 431])
    assert.ok(seen.statuses.has(status), `no ${status}`);
  assert.ok(seen.largest > expected.largest, `the largest answer had ${seen.largest} bytes`);
  return seen;
}

function faultOf({ status, head, body }: Size, most: number): string | undefined {
  if (status === 500) return "500: the last bound had to hold it";
  if (head > MAX_HEAD_BYTES) return `${status} with a head of ${head} bytes`;
  const limit = status >= 400 ? most : most * TRANSFER;
  return body > limit ? `${status} with ${body} bytes, above ${limit}` : undefined;
}

describe("no request is answered with more than is documented", () => {
  const settings = { openRateLimitPerMinute: 0, allowedOrigins: ORIGIN, receiveTimeoutMs: 2_000 };

  test("by the sentiment service", async (t) => {
    const app = await startApp({ after }, settings);
    const { requests, largest } = await walk(app, { largest: 1_000_000 });
    t.diagnostic(`${requests} requests, the largest answer had ${largest} bytes`);
  });

  test("by the recommender", async (t) => {
    const { app } = await startRecommender({ after }, settings);
    const { requests, largest } = await walk(app, { largest: 50_000 });
    t.diagnostic(`${requests} requests, the largest answer had ${largest} bytes`);
  });
});
