import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import supertest from "supertest";
import { MAX_PASSES, MAX_WORDS } from "../../services/sentiment/src/scoring/occlusion.ts";
import { MAX_PASSAGES } from "../../services/sentiment/src/scoring/passages.ts";
import { startApp } from "../helpers/app.ts";

/** The logits are float32 and come from batches with other texts. */
const LOG_ODDS_TOLERANCE = 1e-4;
const logOdds = (score: number) => Math.log(score / (1 - score));

interface Token {
  start: number;
  end: number;
  contribution: number | null;
  running: number | null;
}
interface Answer {
  result: { score: number; truncated: boolean; tokens: { total: number; scored: number } };
  tokens: Token[];
  sentences: { start: number; end: number; contribution: number }[];
  passes: number;
  unknown: number[];
}

describe("an explanation", async () => {
  const app = await startApp({ after });
  const http = supertest(app.server);
  const explain = async (text: string): Promise<Answer> =>
    (await http.post("/sentiment/explain").send({ text }).expect(200)).body;
  const scoreOf = async (text: string): Promise<number> =>
    (await http.post("/sentiment").send({ text }).expect(200)).body.score;
  const close = (found: number | null, expected: number) =>
    assert.ok(
      found !== null && Math.abs(found - expected) <= LOG_ODDS_TOLERANCE,
      `${found} instead of ${expected}`,
    );

  test("finds the known words, each with its sign, wherever they are", async () => {
    for (const text of [
      "the film was great and the film was awful and a film",
      "awful the film was and the film was a film and great",
    ]) {
      const { tokens } = await explain(text);
      const order = tokens.toSorted((a, b) => b.contribution! - a.contribution!);
      const [first, last] = [order[0]!, order.at(-1)!];
      assert.equal(text.slice(first.start, first.end), "great");
      assert.equal(text.slice(last.start, last.end), "awful");
      assert.ok(first.contribution! > 0 && last.contribution! < 0);
    }
  });

  test("has the same result as POST /sentiment", async () => {
    for (const text of ["A great <b>film</b>.", "bad ".repeat(300), "zyzzyva film"]) {
      const { result } = await explain(text);
      assert.deepEqual(result, (await http.post("/sentiment").send({ text })).body);
    }
  });

  test("agrees with POST /sentiment for the text without each part", async () => {
    const text = "A great film. The film was not<br />bad, zebra and dull! It was good.";
    const { result, tokens, sentences, passes, unknown } = await explain(text);
    const without = ({ start, end }: { start: number; end: number }) =>
      scoreOf(`${text.slice(0, start)} ${text.slice(end)}`);
    for (const token of tokens) {
      close(token.contribution, logOdds(result.score) - logOdds(await without(token)));
      if (token.start > 0) close(token.running, await scoreOf(text.slice(0, token.end)));
    }
    for (const sentence of sentences)
      close(sentence.contribution, logOdds(result.score) - logOdds(await without(sentence)));
    assert.deepEqual(
      sentences.map(({ start, end }) => text.slice(start, end)),
      ["A great film.", "The film was not<br />bad, zebra and dull!", "It was good."],
    );
    assert.equal(tokens.at(-1)!.running, result.score);
    assert.deepEqual(
      unknown.map((index) => text.slice(tokens[index]!.start, tokens[index]!.end)),
      [",", "zebra", "!", "It"],
    );
    assert.equal(passes, 1 + 2 * tokens.length - 1 + sentences.length);
  });

  test("has offsets into the text as it was sent", async () => {
    const written = ["Great", "👍", "e\u0301lan", "“good”", "<i>bad</i>", "film", "&amp;", "isn’t", "…"];
    const { tokens } = await explain(written.join("\r\n"));
    assert.deepEqual(
      tokens.map(({ start, end }) => written.join("\r\n").slice(start, end)),
      ["Great", "👍", "e\u0301lan", "“", "good", "”", "bad", "film", "&amp;", "is", "n’t", "…"],
    );
  });

  test("of a single word compares it with an unknown word", async () => {
    const { result, tokens, sentences, passes } = await explain("great");
    close(tokens[0]!.contribution, logOdds(result.score)); // The tiny model gives an unknown word the log-odds 0.
    close(sentences[0]!.contribution, logOdds(result.score));
    assert.equal(tokens[0]!.running, result.score);
    assert.equal(passes, 3);
  });

  test("of a long text measures each sentence, and the words of the sentences with the most weight", async () => {
    const dull = "The film was a film and the film was a film. ".repeat(6);
    const text = `${dull}It was awful, awful. ${dull}`; // 150 tokens
    const { result, tokens, sentences, passes } = await explain(text);
    assert.equal(result.truncated, false);
    assert.equal(sentences.length, 13);
    const [heaviest] = [...sentences].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
    assert.equal(text.slice(heaviest!.start, heaviest!.end), "It was awful, awful.");
    close(heaviest!.contribution, logOdds(result.score) - logOdds(await scoreOf(dull + dull)));
    assert.ok(heaviest!.contribution < 0, "it speaks for negative");
    const tried = tokens.filter(({ contribution }) => contribution !== null);
    assert.equal(tried.length, MAX_WORDS - 6, "the 6 words, and 9 of the sentences of 12");
    const planted = tokens.filter(({ start, end }) => text.slice(start, end) === "awful");
    assert.ok(planted.every(({ contribution }) => contribution! < 0));
    assert.deepEqual(
      tokens.filter(({ running }) => running !== null).map(({ end }) => end),
      sentences.map(({ end }) => end),
    );
    assert.equal(passes, 1 + 13 + 12 + tried.length);
  });

  test("has no parts that were cut off", async () => {
    const { result, tokens, sentences } = await explain(`${"good film ".repeat(150)}. Awful.`);
    assert.equal(result.truncated, true);
    assert.equal(tokens.length, result.tokens.scored);
    assert.ok(result.tokens.total > tokens.length);
    assert.equal(sentences.at(-1)!.end, tokens[255]!.end);
    assert.equal(tokens[255]!.running, result.score);
  });

  test("has a limited number of passes for any text", async () => {
    for (const text of [
      "good ".repeat(MAX_WORDS),
      "good. ".repeat(60),
      "good! ".repeat(128),
      "good ".repeat(1000),
    ]) {
      const { passes, sentences } = await explain(text);
      assert.ok(passes <= MAX_PASSES, `${passes} passes`);
      assert.ok(sentences.length <= MAX_PASSAGES, `${sentences.length} sentences`);
    }
  });
});
