import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import supertest from "supertest";
import { startApp } from "../helpers/app.ts";
import { eventually, startRecommender } from "../helpers/recommender.ts";

test("the README's first calls give the answers that it shows", async (t) => {
  const readme = await readFile(new URL("../../services/recommender/README.md", import.meta.url), "utf8");
  const bodies = [...readme.matchAll(/-d '(\{[^']+\})'/g)].map(([, body]) => JSON.parse(body!));
  const answers = [...readme.matchAll(/```json\n([\s\S]+?)```/g)].map(([, answer]) => JSON.parse(answer!));
  const [reviews, interaction] = bodies;
  const [feedback, recommended, ready] = answers;

  const sentimentUrl = await (await startApp(t)).listen({ port: 0 });
  const { app, recommender } = await startRecommender(t, { sentimentUrl });
  const http = supertest(app.server);
  recommender.start();
  await http.post("/feedback").send(reviews).expect(200, feedback);
  await http.post("/feedback").send(interaction).expect(200);
  await eventually(() => recommender.catalogue.unscored === 0, "the texts scored");
  await recommender.builder.build();
  const { body } = await http.get("/users/ben/recommendations?n=1").expect(200);
  // The tests' model gives other numbers.
  const numbers = { score: 0, pLike: 0 };
  assert.deepEqual(
    { ...body.recommendations[0], ...numbers },
    { ...recommended.recommendations[0], ...numbers },
  );
  const health = await http.get("/readyz").expect(200);
  assert.deepEqual(Object.keys(health.body.sentiment), Object.keys(ready.sentiment));
});
