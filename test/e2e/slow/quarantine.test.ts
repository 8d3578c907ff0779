import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { listening, start } from "../../helpers/process.ts";
import { wordId } from "../../helpers/weights.ts";

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), "undertone-quarantine-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("a text that kills the whole process kills at most three, and the other texts are scored", async (t) => {
  const folder = folderOf(t);
  const flaws = { folder, always: { process: wordId("constructor") }, once: {} };
  const serve = () =>
    start(t, ["serve"], {
      WORKERS: "2",
      QUARANTINE_FILE: path.join(folder, "quarantine.json"),
      NODE_OPTIONS: `--import ${new URL("../resilience/flaws.mjs", import.meta.url).href}`,
      FLAWS: JSON.stringify(flaws),
    });
  const items = ["good film", "A great constructor film.", "bad film"].map((text) => ({ text }));
  const batch = (url: string) =>
    fetch(`${url}/sentiment/batch`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ items }),
    });
  for (let death = 1; death <= 4; death++) {
    const server = serve();
    const url = await listening(server);
    const answer = await batch(url).catch(() => undefined);
    if (answer === undefined) {
      assert.equal((await server.ended).signal, "SIGKILL");
      continue;
    }
    assert.ok(death > 2, "nothing died"); // three deaths where another text was under way beside it
    const { results } = (await answer.json()) as { results: { status: string; error?: { code: string } }[] };
    assert.deepEqual(
      results.map(({ status, error }) => error?.code ?? status),
      ["ok", "unscorable_text", "ok"],
    );
    return;
  }
  assert.fail("the fourth process died too");
});

test("a text that killed workers is refused after a restart, and is scored after the time limit", async (t) => {
  const folder = folderOf(t);
  const env = { WORKERS: "1", QUARANTINE_FILE: path.join(folder, "quarantine.json") };
  const flaws = { folder, always: { exit: wordId("constructor") }, once: {} };
  const flawed = start(t, ["serve"], {
    ...env,
    NODE_OPTIONS: `--import ${new URL("../resilience/flaws.mjs", import.meta.url).href}`,
    FLAWS: JSON.stringify(flaws),
  });
  const poison = "A great constructor film.";
  const code = async (url: string, text = poison) => {
    const response = await fetch(`${url}/sentiment`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text }),
    });
    const body = (await response.json()) as { code?: string };
    return body.code ?? response.status;
  };
  const restarts = async (url: string) =>
    Number(/^sentiment_worker_restarts_total (\d+)/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]);

  const first = await listening(flawed);
  assert.equal(await code(first), "unscorable_text"); // two of its workers died
  flawed.child.kill("SIGKILL");
  await flawed.ended;
  assert.ok(!(await readFile(env.QUARANTINE_FILE, "utf8")).includes("constructor"));

  // Its workers have no flaw, and it takes no entry for longer than this.
  const second = await listening(start(t, ["serve"], { ...env, QUARANTINE_SECONDS: "10" }));
  assert.equal(await code(second), "unscorable_text");
  assert.equal(await code(second, "A great film."), 200);
  assert.equal(await restarts(second), 0);
  while ((await code(second)) === "unscorable_text") await sleep(200);
  assert.equal(await code(second), 200);
});
