import assert from "node:assert/strict";
import { after, test } from "node:test";
import { readConfig } from "@undertone/base";
import supertest from "supertest";
import { ConfigSchema } from "../../services/sentiment/src/config.ts";
import { vaderScore } from "../bench/recommender/vader.ts";
import { startApp } from "../helpers/app.ts";

/** The cases of docs/verified.md about the scores of the published model. */
const { modelDir } = readConfig(ConfigSchema, {});
const app = await startApp({ after }, { modelDir, workers: 1 });

async function scores(texts: readonly string[]): Promise<number[]> {
  const items = texts.map((text) => ({ text }));
  const { body } = await supertest(app.server).post("/sentiment/batch").send({ items }).expect(200);
  return body.results.map(({ score }: { score: number }) => score);
}

test("field case 44: a text without an opinion scores near the middle", async () => {
  const [score] = await scores(["The meeting is at 3 pm in room 12."]);
  assert.ok(score! > 0.3 && score! < 0.7, String(score));
});

const FILM_PRAISE = [
  "The acting is superb from the first scene to the last.",
  "A touching story, beautifully filmed.",
  "I laughed until my sides hurt.",
  "The director has made a small masterpiece.",
  "Two hours flew by and I wanted more.",
  "Every actor is perfectly cast.",
  "The music alone is worth the ticket.",
  "One of the few sequels that improve on the original.",
  "A clever script with a wonderful twist at the end.",
  "My children and I loved every minute.",
  "It stayed with me for days.",
  "The photography is breathtaking.",
];
const FILM_BLAME = [
  "The plot makes no sense and nobody seems to care.",
  "I looked at my watch every five minutes.",
  "The dialogue is painful to listen to.",
  "A tired remake without a single new idea.",
  "The lead actor sleepwalks through the whole thing.",
  "I want my money and my evening back.",
  "The effects look as if they were made in a garage.",
  "An hour of nothing, then a ridiculous ending.",
  "The jokes fall flat, every one of them.",
  "We left before the end.",
  "It is far too long and dreadfully dull.",
  "What a waste of a good cast.",
];

test("field case 64: sentences on films are told apart better than by a lexicon", async () => {
  const texts = [...FILM_PRAISE, ...FILM_BLAME];
  const right = (of: readonly number[]) =>
    of.filter((score, i) => score > 0.5 === i < FILM_PRAISE.length).length;
  const ours = right(await scores(texts));
  const vader = right(texts.map(vaderScore));
  assert.ok(ours > vader, `${ours} against ${vader} of ${texts.length}`);
});

test("field case 65: short praise is positive", async () => {
  for (const score of await scores(["good", "so good", "pretty good", "Best vacuum I have ever owned"]))
    assert.ok(score > 0.5, String(score));
});

const LITOTES = [
  "Not bad at all.",
  "Nothing to complain about.",
  "Not a bad place to spend an evening.",
  "I could not fault the service.",
  "You could do a lot worse.",
  "It was no waste of an afternoon.",
  "I was anything but bored.",
  "Not without its charm.",
  "There is not much they could improve.",
  "It never gets old.",
  "I wouldn't say no to another one.",
  "The lead actor is no amateur.",
  "This is no ordinary vacuum cleaner.",
  "We had no trouble finding it.",
  "It didn't take long to fall in love with it.",
  "My wife had no objections.",
  "The view is not to be sneezed at.",
  "They don't make many phones as good as this.",
  "The price isn't unreasonable.",
  "It isn't hard to see why people love it.",
  "The second season does not let up.",
  "He is no mean cook.",
  "I have no doubt I will be back.",
  "Far from the worst hotel I have slept in.",
];
/** The best of three lexicons had 9 right in a test of the same size. */
const FEWEST_LITOTES = 9;

test("field case 66: more litotes are positive than with the best lexicon", async () => {
  const positive = (await scores(LITOTES)).filter((score) => score >= 0.5).length;
  assert.ok(positive > FEWEST_LITOTES, `${positive} of ${LITOTES.length}`);
});

const NEGATIONS = [
  "I do not like this phone.",
  "It did not work at all.",
  "This is not a good film.",
  "The food was not tasty.",
  "I would not buy it again.",
  "I can't recommend this hotel.",
  "The staff were not friendly.",
  "It isn't worth the money.",
  "Don't waste your time.",
  "The battery doesn't last.",
  "I wasn't happy with the service.",
  "Nothing about this book was interesting.",
  "The room was not clean.",
  "Not a great experience.",
  "It never arrived.",
  "The app does not open.",
  "I didn't enjoy the show.",
  "The sound is not clear.",
  "They would not help me.",
  "This was no fun.",
  "I am not satisfied.",
  "The shoes do not fit well.",
  "It's not what I wanted.",
  "I will not come back.",
];
/** The best of three lexicons had 18 right in a test of the same size. */
const FEWEST = 18;

test("field case 67: at least as many plain negations are negative as with the best lexicon", async () => {
  const negative = (await scores(NEGATIONS)).filter((score) => score < 0.5).length;
  assert.ok(negative >= FEWEST, `${negative} of ${NEGATIONS.length}`);
});
