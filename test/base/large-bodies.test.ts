import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { readBody } from "@undertone/base";

const PIECE = Buffer.alloc(65_536, " ");
const [BODIES, PIECES] = [20, 30];

test("of many large bodies that arrive at once, one piece is read per turn of the event loop", async () => {
  let now = 0;
  const perTurn: number[] = [];
  const request = { headers: {}, bytes: { reserve: () => (now += 1), ended: false } };
  const counting = setInterval(() => {}, 1_000);
  const count = () => {
    perTurn.push(now);
    now = 0;
    if (counting.hasRef()) setImmediate(count);
  };
  setImmediate(count);
  const bodies = await Promise.all(
    Array.from({ length: BODIES }, () => {
      const payload = Readable.from(Array.from({ length: PIECES }, () => PIECE));
      return readBody(request as unknown as Parameters<typeof readBody>[0], payload, PIECES * PIECE.length);
    }),
  );
  clearInterval(counting.unref());
  assert.ok(bodies.every(({ length }) => length === PIECES * PIECE.length));
  // The first pieces are read at once: most bodies have no more.
  const later = perTurn.slice(perTurn.findIndex((pieces) => pieces > 0) + 1);
  assert.ok(later.length > BODIES * (PIECES - 3), `${perTurn}`);
  assert.ok(Math.max(...later) <= 2, `${perTurn}`);
});
