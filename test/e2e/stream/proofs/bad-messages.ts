import assert from "node:assert/strict";
import { test } from "node:test";
import { size } from "../form.ts";
import { BAD_MESSAGES, reviews } from "../reviews.ts";
import { Scene, startServer } from "../scene.ts";

const MESSAGES = size(5_000, 100_000);
const EVERY = 50;

test(`${MESSAGES} messages, 2 % of them bad in every way that HTTP refuses`, async (t) => {
  const scene = await Scene.open(t, [await startServer(t)]);
  const all = reviews(MESSAGES);
  let bad = 0;
  const codes = new Map<string, number>();
  const messages = all.map(({ id, text }, index) => {
    if (index % EVERY !== 0) return { id, payload: JSON.stringify({ version: 1, id, text }) };
    const { code, message } = BAD_MESSAGES[bad++ % BAD_MESSAGES.length]!;
    codes.set(code, (codes.get(code) ?? 0) + 1);
    return { id, payload: message(id) };
  });
  await scene.worker();
  await scene.worker();
  await scene.publishRaw(messages);
  const seconds = await scene.answered(300);
  const { answers, everStored } = await scene.answers();
  const found = new Map<string, number>();
  for (const answer of answers)
    if ("error" in answer) found.set(answer.error.code, (found.get(answer.error.code) ?? 0) + 1);
  const scored = answers.filter((answer) => "score" in answer).length;
  const { parked } = await scene.progress();
  t.diagnostic(
    [
      `sent ${MESSAGES}`,
      `scored ${scored}`,
      `refused ${answers.length - scored} of ${bad}`,
      `lost ${MESSAGES - answers.length}`,
      `doubled ${everStored - answers.length}`,
      `parked ${parked}`,
      `seconds ${seconds.toFixed(1)}`,
    ].join(", "),
  );
  assert.deepEqual(new Map([...found].sort()), new Map([...codes].sort()));
  assert.equal(scored, MESSAGES - bad);
  assert.equal(everStored, MESSAGES, "every message is answered once");
  assert.equal(parked, 0);
});
