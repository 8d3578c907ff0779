import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, describe, test } from "node:test";
import { contract } from "@undertone/base";
import supertest from "supertest";
import { PROBLEMS } from "../../services/recommender/src/http/problems.ts";
import { startRecommender } from "../helpers/recommender.ts";

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, { content: Record<string, Media> }> }>>;
}
type Media = { examples?: Record<string, { value: { status: number; title: string } }> };

describe("the recommender's contract", async () => {
  const { app } = await startRecommender({ after });
  const document = app.swagger() as unknown as Document;

  test("its openapi.yaml agrees with the routes", async () => {
    const file = new URL("../../services/recommender/openapi.yaml", import.meta.url);
    const hint = "run `npm run openapi:recommender` and commit openapi.yaml";
    assert.equal(await readFile(file, "utf8"), contract(app), hint);
  });

  test("every documented problem is in the table, and is under its own status", () => {
    const found = new Set<string>();
    for (const operation of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
      for (const [status, { content }] of Object.entries(operation.responses)) {
        for (const [code, { value }] of Object.entries(content["application/problem+json"]?.examples ?? {})) {
          assert.equal(value.status, Number(status));
          assert.equal(value.title, PROBLEMS[code as keyof typeof PROBLEMS].title);
          found.add(code);
        }
      }
    }
    assert.ok(found.size >= 10);
  });

  test("every route is documented", () => {
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    assert.deepEqual(routes.sort(), [
      "delete /users/{id}",
      "get /items",
      "get /items/{id}",
      "get /items/{id}/similar",
      "get /livez",
      "get /metrics",
      "get /openapi.yaml",
      "get /readyz",
      "get /users/{id}/recommendations",
      "post /feedback",
      "post /rescore",
      "put /items/{id}",
    ]);
  });

  test("a refusal that is answered is documented on its route", async () => {
    const http = supertest(app.server);
    const refused: ["get" | "post" | "put", string, string, object | undefined][] = [
      ["post", "/feedback", "/feedback", {}],
      ["post", "/feedback", "/feedback", { x: "a".repeat(5_000_000) }],
      ["put", "/items/{id}", "/items/x", { hidden: 1 }],
      ["put", "/items/{id}", `/items/${"x".repeat(300)}`, {}],
      ["get", "/items", "/items?n=0", undefined],
      ["get", "/items/{id}", "/items/none", undefined],
      ["get", "/items/{id}/similar", "/items/none/similar", undefined],
      ["get", "/users/{id}/recommendations", "/users/u/recommendations?n=0", undefined],
    ];
    for (const [method, route, path, body] of refused) {
      const { status, body: problem } = await http[method](path).send(body);
      const media = document.paths[route]![method]!.responses[status]!.content["application/problem+json"]!;
      assert.ok(problem.code in media.examples!, `${method} ${path} ${problem.code}`);
    }
  });
});
