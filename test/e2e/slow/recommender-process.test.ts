import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { configTable, printableConfig, readConfig } from "@undertone/base";
import { ConfigSchema } from "../../../services/recommender/src/config.ts";
import { listening, start, startRecommender } from "../../helpers/process.ts";
import { databasePath, eventually, NOBODY } from "../../helpers/recommender.ts";

const send = (url: string, items: object[]) =>
  fetch(`${url}/feedback`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ items }),
  });

test("two processes store a review and score it", async (t) => {
  const sentimentUrl = await listening(start(t, []));
  const url = await listening(
    startRecommender(t, { DATABASE_PATH: databasePath(t), SENTIMENT_URL: sentimentUrl }),
  );
  assert.equal((await send(url, [{ user_id: "u", item_id: "i", text: "A great film." }])).status, 200);
  const item = async () => (await (await fetch(`${url}/items/i`)).json()) as Record<string, unknown>;
  await eventually(async () => (await item()).reviews === 1, "the review scored");
  assert.deepEqual((await item()).models, [{ model: "tiny@1.0.0", texts: 1 }]);
});

test("after SIGTERM during the loading, answered feedback is stored, and the exit code is 0", async (t) => {
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
    /^undertone: The database cannot be used now\. The cause: (?!.*secret).*ECONNREFUSED.*\n$/,
  ],
  [
    "an address of the sentiment service with credentials",
    { SENTIMENT_URL: "http://user:secret@127.0.0.1:8080" },
    /^undertone: SENTIMENT_URL: expected an http or https address without a user or password, got \[redacted\]\n$/,
  ],
  [
    "a key of the sentiment service that is none",
    { SENTIMENT_API_KEY: "secret" },
    /^undertone: SENTIMENT_API_KEY: expected one key of at least 16 characters, got \[redacted\]\n$/,
  ],
];
for (const [what, env, line] of faults) {
  test(`${what} ends the process with exit code 1 and one line per fault`, async (t) => {
    const { code, stdout, stderr } = await startRecommender(t, { DATABASE_PATH: databasePath(t), ...env })
      .ended;
    assert.match(stderr, line);
    assert.deepEqual([code, stdout], [1, ""]);
  });
}

test("an argument ends the process with exit code 1 and one line that names the README", async (t) => {
  const { code, stdout, stderr } = await startRecommender(t, { DATABASE_PATH: databasePath(t) }, ["--help"])
    .ended;
  assert.match(stderr, /^undertone: The recommender takes no arguments\..*README\.md\.\n$/);
  assert.deepEqual([code, stdout], [1, ""]);
});

test("no setting with a secret is printed, and a refused key is not logged", async (t) => {
  const config = readConfig(ConfigSchema, {
    API_KEYS: "a-secret-of-the-recommender",
    DATABASE_URL: "postgresql://u:secret@h/d",
    SENTIMENT_API_KEY: "a-secret-of-the-sentiment-service",
    SENTIMENT_URL: "http://host/?key=secret",
  });
  assert.doesNotMatch(JSON.stringify(printableConfig(ConfigSchema, config)), /secret/);

  const sentimentUrl = await listening(start(t, [], { API_KEYS: "the-right-key-of-the-service" }));
  const server = startRecommender(t, {
    DATABASE_PATH: databasePath(t),
    SENTIMENT_URL: sentimentUrl,
    SENTIMENT_API_KEY: "a-secret-but-a-wrong-one",
    LOG_LEVEL: "trace",
  });
  const url = await listening(server);
  await send(url, [{ user_id: "u", item_id: "i", text: "A great film." }]);
  await eventually(() => server.output.stdout.includes("check SENTIMENT_API_KEY"), "the refusal");
  await eventually(() => server.output.stdout.includes("could not be scored"), "the batch's refusal");
  assert.doesNotMatch(server.output.stdout + server.output.stderr, /a-secret/);
});

test("weights may have decimals", () => {
  assert.equal(readConfig(ConfigSchema, { GAMMA: "0.5" }).gamma, 0.5);
  assert.throws(() => readConfig(ConfigSchema, { GAMMA: "1e0" }), /GAMMA/);
});

test("the README's table is the schema's", async () => {
  const readme = await readFile(new URL("../../../services/recommender/README.md", import.meta.url), "utf8");
  const table = configTable(ConfigSchema);
  assert.ok(readme.includes(table), `put this table there:\n${table}`);
});
