import assert from "node:assert/strict";
import { test } from "node:test";
import { readArtifact } from "@undertone/models";
import { attribution } from "../../trainer/src/evaluation/attribution.ts";
import { graphAnswers } from "../../trainer/src/export/onnx/calibrate.ts";
import { attributionSection } from "../../trainer/src/report/attribution.ts";
import { TINY_MODEL } from "../helpers/model.ts";

const { encoder, graph } = await readArtifact(TINY_MODEL);
const score = async (rows: readonly Int32Array[]) => (await graphAnswers(graph, rows)).scores;
const encode = (texts: string[]) => texts.map((text) => encoder.encode(text).ids);

test("the words that decide a score change it more than random ones, for both labels", async () => {
  const neutral = "the film was a film . ".repeat(6);
  const rows = encode(
    Array.from(
      { length: 12 },
      (_, i) => `${neutral}${i % 2 ? "awful awful bad dull bad" : "great great good fine good"}`,
    ),
  );
  const found = await attribution({ encoder, rows, score });
  assert.equal(found!.reviews, 12);
  assert.ok(found!.top.score > 3 * found!.random.score, `${found!.top.score} and ${found!.random.score}`);
  assert.ok(found!.top.logOdds > found!.random.logOdds, "log-odds too");
  assert.equal(found!.topMovesMore, 1);
  // Without the five opinions only words of weight 0 are left, so the score is 0.5.
  const whole = (await score(rows)).map((p) => Math.abs(p - 0.5));
  assert.ok(Math.abs(found!.top.score - whole.reduce((sum, p) => sum + p, 0) / 12) < 1e-4, "exactly theirs");
  assert.match(attributionSection(found!), /\| the top ones \| 0\.\d{3} \| 0\.\d{3} \|/);
});

test("if all words have the same effect, the top words change the score no more than random ones", async () => {
  const rows = encode(["good ".repeat(40), "bad ".repeat(30)]);
  const found = await attribution({ encoder, rows, score });
  assert.equal(found!.topMovesMore, 0);
});

test("reviews of fewer than 10 words are left out, and without other reviews there is no figure", async () => {
  const rows = encode(["good film . . . . . . . . . .", "a ".repeat(10)]);
  assert.equal((await attribution({ encoder, rows, score }))!.reviews, 1);
  assert.equal(await attribution({ encoder, rows: rows.slice(0, 1), score }), undefined);
});

test("at most 200 reviews are used, the same ones each time", async () => {
  const rows = encode(
    Array.from({ length: 230 }, (_, i) => `the film was a film and ${"good ".repeat(5 + (i % 7))}`),
  );
  const found = await attribution({ encoder, rows, score });
  assert.equal(found!.reviews, 200);
  assert.deepEqual(await attribution({ encoder, rows, score }), found);
});
