import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { configTable, printableConfig, readConfig } from "@undertone/base";
import { ConfigSchema } from "../../services/recommender/src/config.ts";
import { listening, start, startRecommender } from "../helpers/process.ts";
import { databasePath, eventually, NOBODY } from "../helpers/recommender.ts";

const send = (url: string, items: object[]) =>
  fetch(`${url}/feedback`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ items }),
  });

test("two processes: a review goes in, its score comes out", async (t) => {
  const sentimentUrl = await listening(start(t, []));
  const url = await listening(
    startRecommender(t, { DATABASE_PATH: databasePath(t), SENTIMENT_URL: sentimentUrl }),
  );
  assert.equal((await send(url, [{ user_id: "u", item_id: "i", text: "A great film." }])).status, 200);
  const item = async () => (await (await fetch(`${url}/items/i`)).json()) as Record<string, unknown>;
  await eventually(async () => (await item()).reviews === 1, "the review scored");
  assert.deepEqual((await item()).models, [{ model: "tiny@1.0.0", texts: 1 }]);
});

test("SIGTERM in the middle of loading: what was answered is stored, the exit code is 0", async (t) => {
  const path = databasePath(t);
  const server = startRecommender(t, { DATABASE_PATH: path, SENTIMENT_URL: NOBODY });
  const url = await listening(server);
  let stored = 0;
  for (let batch = 0; batch < 4; batch++) {
    const items = Array.from({ length: 500 }, (_, i) => ({
      user_id: `u${batch}`,
      item_id: `i${i}`,
      text: "great",
    }));
    if ((await send(url, items)).status === 200) stored += items.length;
  }
  const signalled = performance.now();
  server.child.kill("SIGTERM");
  const { code, stdout, stderr } = await server.ended;
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /Docs: http:\/\/127\.0\.0\.1:\d+\/docs/);
  assert.ok(performance.now() - signalled < 10_000);
  const again = await listening(startRecommender(t, { DATABASE_PATH: path, SENTIMENT_URL: NOBODY }));
  const metrics = await (await fetch(`${again}/metrics`)).text();
  assert.match(metrics, new RegExp(`^recommender_feedback_rows ${stored}$`, "m"));
  assert.match(metrics, new RegExp(`^recommender_unscored_texts ${stored}$`, "m"));
});

const faults: [string, Record<string, string>, RegExp][] = [
  [
    "every fault of the environment",
    { PORT: "x", GAMMA: "11" },
    /^undertone: PORT: .*\nundertone: GAMMA: expected a number from 0 to 10, got "11"\n$/,
  ],
  ["a database that cannot be opened", { DATABASE_PATH: "/dev/null/none/x.db" }, /^undertone: .*\n$/],
  [
    "a database server that is not there",
    { DATABASE_URL: "postgresql://nobody:secret@127.0.0.1:1/none" },
    /^undertone: (?!.*secret).+\n$/,
  ],
];
for (const [what, env, line] of faults) {
  test(`${what} ends the process with 1 and one line a fault`, async (t) => {
    const { code, stdout, stderr } = await startRecommender(t, { DATABASE_PATH: databasePath(t), ...env })
      .ended;
    assert.match(stderr, line);
    assert.deepEqual([code, stdout], [1, ""]);
  });
}

test("the database's address is never printed", () => {
  const config = readConfig(ConfigSchema, { DATABASE_URL: "postgresql://u:secret@h/d" });
  assert.equal(printableConfig(ConfigSchema, config).databaseUrl, "[redacted]");
});

test("a weight may have decimals", () => {
  assert.equal(readConfig(ConfigSchema, { GAMMA: "0.5" }).gamma, 0.5);
  assert.throws(() => readConfig(ConfigSchema, { GAMMA: "1e0" }), /GAMMA/);
});

test("the README's table is the schema's", async () => {
  const readme = await readFile(new URL("../../services/recommender/README.md", import.meta.url), "utf8");
  const table = configTable(ConfigSchema);
  assert.ok(readme.includes(table), `put this table there:\n${table}`);
});
