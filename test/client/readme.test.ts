import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { promisify } from "node:util";
import { startApp } from "../helpers/app.ts";

test("the example of the client's README runs as it stands", async (t) => {
  const app = await startApp(t);
  const readme = await readFile("services/client/README.md", "utf8");
  const example = /```ts\n([\s\S]+?)```/.exec(readme)![1]!;
  const lines = example.trim().split("\n").filter(Boolean);
  assert.ok(lines.length <= 10);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", example],
    { env: { ...process.env, SENTIMENT_URL: await app.listen({ port: 0 }) } },
  );
  assert.match(stdout, /^positive 0\.\d\d\n0 positive\n1 empty_text\nr3 negative\n1 positive\n2 negative\n$/);
});
