import assert from "node:assert/strict";
import { test } from "node:test";
import { figure } from "./figures.ts";
import { SHORT } from "./form.ts";
import { startService } from "./service.ts";

const UNITS = 1_000_000;
const TRIES = 10;
/** A text of four times the length may take this many times as long. Linear time would be four. */
const FACTOR = 4;
const AT_MOST = 8;
/** Shorter times, in milliseconds, depend more on the machine than on the text. */
const LEAST_MS = 5;

/** Pieces that make programs slow. Each is repeated until the text is long. */
const TEXTS: Record<string, string> = {
  "one character": "a",
  "one quote": "'",
  "combining marks": "\u0301",
  "a letter and its marks": "e\u0301\u0316\u034f",
  "bidi controls": "\u202e\u2066\u200f",
  "joined emoji": "👩\u200d",
  "lone surrogates": "\ud800",
  "open tags": "<br ",
  "nested open brackets": "<<",
  "entities without end": "&#x0",
  "an address that never ends": "a.a@",
  "hyphens and words": "a-",
  "digits and points": "1.",
  spaces: " \u00a0\u2003",
  "line ends": "\r\n",
  words: "good ",
};

test("hostile text: the time of a long text grows with its length", async (t) => {
  const { client } = await startService(t, { MAX_TEXT_LENGTH: "2000000", MAX_BODY_BYTES: "20000000" });
  const timed = async (unit: string, length: number): Promise<number> => {
    const body = Buffer.from(JSON.stringify({ text: unit.repeat(Math.ceil(length / unit.length)) }));
    const { status, ms } = await client.post("/sentiment", body);
    assert.ok(status === 200 || status === 422, `${status}`);
    return Math.max(LEAST_MS, ms);
  };
  await timed("good ", UNITS); // code is compiled
  const rows: { what: string; ms: number; factor: number }[] = [];
  for (const [what, unit] of Object.entries(TEXTS)) {
    let [quarter, ms] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    // Other work on the machine only ever slows it down: the fastest counts, and a short form ends
    // with the first fit.
    for (let n = 0; n < TRIES && !(SHORT && n > 0 && ms <= AT_MOST * quarter); n++) {
      quarter = Math.min(quarter, await timed(unit, UNITS / FACTOR));
      ms = Math.min(ms, await timed(unit, UNITS));
    }
    rows.push({ what, ms, factor: ms / quarter });
  }
  const slowest = rows.toSorted((a, b) => b.ms - a.ms)[0]!;
  const steepest = rows.toSorted((a, b) => b.factor - a.factor)[0]!;
  figure(
    t,
    "hostile text",
    `${rows.length} kinds of ${UNITS} UTF-16 units: at most ${slowest.ms.toFixed(0)} ms (${slowest.what}); ` +
      "four times the length took at most " +
      `${steepest.factor.toFixed(1)} times as long (${steepest.what})`,
  );
  assert.ok(steepest.factor <= AT_MOST, JSON.stringify(rows));
});
