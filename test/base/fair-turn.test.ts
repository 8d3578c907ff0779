import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fairTurn } from "@undertone/base";

test("one caller runs per turn of the event loop, in the order of their calls", async () => {
  const order: string[] = [];
  const callers = [1, 2, 3].map(async (n) => {
    await fairTurn();
    order.push(`caller ${n}`);
  });
  for (let turn = 1; turn <= 3; turn++) {
    await nextTurn();
    order.push(`turn ${turn}`);
  }
  await Promise.all(callers);
  assert.deepEqual(order.slice(0, 2), ["caller 1", "turn 1"]);
  const places = [1, 2, 3].map((n) => order.indexOf(`caller ${n}`));
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.ok(order.indexOf("turn 1") < order.indexOf("caller 2"), order.join());
  assert.ok(order.indexOf("turn 2") < order.indexOf("caller 3"), order.join());
});
