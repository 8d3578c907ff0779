import assert from "node:assert/strict";
import { test } from "node:test";
import { SentimentClient } from "@undertone/client";

/**
 * Never called: `tsc` reads it. A line below `@ts-expect-error` that compiles is an error of
 * `npm run typecheck`.
 */
export async function wrongFieldsDoNotCompile(client: SentimentClient): Promise<void> {
  await client.scoreBatch([{ id: "a", text: "good" }]);
  // @ts-expect-error an item's text is called text
  await client.scoreBatch([{ id: "a", review: "good" }]);
  // @ts-expect-error an item has no other members
  await client.scoreBatch([{ text: "good", language: "en" }]);
  // @ts-expect-error an id is a text
  await client.scoreBatch([{ id: 7, text: "good" }]);

  await client.scoreMany(["good", { text: "bad" }], { concurrency: 4 });
  // @ts-expect-error one text is not a list of texts
  await client.scoreMany("good");
  // @ts-expect-error an item's text is called text
  await client.scoreMany([{ review: "good" }]);
  // @ts-expect-error an item has no other members
  await client.scoreMany([{ text: "good", language: "en" }]);
  // @ts-expect-error the option is called concurrency
  await client.scoreMany(["good"], { parallel: 4 });

  const [result] = await client.scoreMany(["good"]);
  // @ts-expect-error only a result that is ok has a label
  result?.label;
  if (result?.status === "ok") result.label satisfies "positive" | "negative";
  if (result?.status === "ok")
    // @ts-expect-error a result that is ok has no error
    result.error;
  // @ts-expect-error no result has a rating
  (await client.score("good")).rating;
  // @ts-expect-error a label is one of two
  (await client.score("good")).label satisfies "positive";

  for await (const line of client.stream(new Set(["good"]))) {
    line.line satisfies number;
    // @ts-expect-error the summary is not one of the lines
    line.summary;
  }
  // @ts-expect-error one text is not a stream of texts
  client.stream("good");
  // @ts-expect-error a stream of numbers has no texts
  client.stream([1, 2]);
  // @ts-expect-error the address is called url
  new SentimentClient({ baseUrl: "http://127.0.0.1:8080" });
}

test("a new client sends no request; tsc checks the types above", () => {
  assert.ok(new SentimentClient({ url: "http://127.0.0.1:1" }));
});
