import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, describe, test } from "node:test";
import { contract } from "@undertone/base";
import supertest from "supertest";
import { Value } from "typebox/value";
import { PROBLEMS } from "../../services/sentiment/src/http/errors.ts";
import { BatchResult, ExplainResult, SentimentResult } from "../../services/sentiment/src/http/schemas.ts";
import { breach } from "../e2e/resilience/fuzz/contract.ts";
import { startApp } from "../helpers/app.ts";

interface Document {
  info: { description: string };
  paths: Record<string, Record<string, { responses: Record<string, { content: Record<string, Media> }> }>>;
  components: { schemas: { Problem: { properties: { code: { enum: string[] } } } } };
}
type Media = { examples?: Record<string, { value: { status: number; title: string } }> };

describe("the contract", async () => {
  const app = await startApp({ after });
  const http = supertest(app.server);
  const document = app.swagger() as unknown as Document;

  test("openapi.yaml agrees with the routes", async () => {
    const committed = await readFile(new URL("../../openapi.yaml", import.meta.url), "utf8");
    assert.equal(committed, contract(app), "run `npm run openapi` and commit openapi.yaml");
    assert.equal((await app.inject("/openapi.yaml")).body, committed);
  });

  test("every code of the table is documented, with its status and title", () => {
    assert.deepEqual(document.components.schemas.Problem.properties.code.enum, Object.keys(PROBLEMS));
    for (const [code, { status, title }] of Object.entries(PROBLEMS)) {
      assert.ok(document.info.description.includes(`| \`${code}\` | ${status} | ${title} |`));
    }
  });

  test("every documented problem is under its own status", () => {
    for (const operation of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
      for (const [status, { content }] of Object.entries(operation.responses)) {
        for (const [code, { value }] of Object.entries(content["application/problem+json"]?.examples ?? {})) {
          assert.equal(value.status, Number(status));
          assert.equal(value.title, PROBLEMS[code as keyof typeof PROBLEMS].title);
        }
      }
    }
  });

  test("every route is documented", () => {
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    assert.deepEqual(routes.sort(), [
      "get /",
      "get /livez",
      "get /metrics",
      "get /model",
      "get /openapi.yaml",
      "get /readyz",
      "get /sentiment/file/{id}",
      "get /v2",
      "get /v2/health/live",
      "get /v2/health/ready",
      "get /v2/models/{m}",
      "get /v2/models/{m}/config",
      "get /v2/models/{m}/ready",
      "get /v2/models/{m}/stats",
      "get /v2/models/{m}/versions/{v}",
      "get /v2/models/{m}/versions/{v}/config",
      "get /v2/models/{m}/versions/{v}/ready",
      "get /v2/models/{m}/versions/{v}/stats",
      "post /",
      "post /predict",
      "post /sentiment",
      "post /sentiment/batch",
      "post /sentiment/explain",
      "post /sentiment/file",
      "post /sentiment/stream",
      "post /v2/models/{m}/infer",
      "post /v2/models/{m}/versions/{v}/infer",
    ]);
  });

  test("the answers match the schemas", async () => {
    const one = await http.post("/sentiment").send({ text: "A great film." }).expect(200);
    assert.ok(Value.Check(SentimentResult, one.body));
    const explained = await http.post("/sentiment/explain").send({ text: "A great zebra." }).expect(200);
    assert.ok(Value.Check(ExplainResult, explained.body));
    const items = [{ text: "good" }, { id: "x", text: "" }];
    const many = await http.post("/sentiment/batch").send({ items }).expect(200);
    assert.ok(Value.Check(BatchResult, many.body));
  });

  test("a refusal that is answered is documented on its route", async () => {
    const bodies: [string, unknown][] = [
      ["/sentiment", {}],
      ["/sentiment", { text: "" }],
      ["/sentiment", { text: "zyzzyva" }],
      ["/sentiment", { text: "a".repeat(100_001) }],
      ["/sentiment", { text: "a".repeat(5_000_000) }],
      ["/sentiment/batch", { items: [] }],
    ];
    for (const [path, body] of bodies) {
      const { status, body: problem } = await http.post(path).send(body as object);
      const media = document.paths[path]!.post!.responses[status]!.content["application/problem+json"]!;
      assert.ok(problem.code in media.examples!, `${path} ${problem.code}`);
    }
  });
});

test("the answers of every protocol to a wrong key, a high rate and a wrong encoding are documented", async (t) => {
  const key = "a key that is long enough".replaceAll(" ", "-");
  const protocols = [
    "/sentiment",
    "/sentiment/batch",
    "/sentiment/stream",
    "/sentiment/file",
    "/predict",
    "/",
    "/v2/models/{m}/infer",
  ];
  const app = await startApp(t, { apiKeys: key, rateLimitPerMinute: protocols.length });
  const encoded = { "x-api-key": key, "content-type": "text/odd", "content-encoding": "br" };
  for (const [headers, status] of [
    [{}, 401],
    [encoded, 415],
    [encoded, 429],
  ] as const) {
    for (const path of protocols) {
      const url = path.replace("{m}", "tiny");
      const answer = await app.inject({ method: "POST", url, headers, payload: "{}" });
      assert.equal(answer.statusCode, status, path);
      const type = { "content-type": String(answer.headers["content-type"]) };
      assert.equal(
        breach(
          { service: "sentiment", method: "POST", route: path },
          { status, headers: type, body: answer.body },
        ),
        undefined,
        `${path} ${status}`,
      );
    }
  }
});
