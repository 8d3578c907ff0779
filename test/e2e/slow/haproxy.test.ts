import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startApp } from "../../helpers/app.ts";
import { freePort } from "../../helpers/port.ts";

const FOLDER = path.resolve("docker/haproxy");
const missing =
  spawnSync("haproxy", ["-v"]).status === 0 ? false : "SKIPPED: no haproxy (apt-get install haproxy)";

/** The configuration of the image, with other addresses. */
async function configuration(port: number, metrics: number, replicas: number[]): Promise<string> {
  const servers = replicas.map((replica, i) => `  server replica${i + 1} 127.0.0.1:${replica}`).join("\n");
  const text = (await readFile(path.join(FOLDER, "haproxy.cfg"), "utf8"))
    .replaceAll("/etc/haproxy/errors", path.join(FOLDER, "errors"))
    .replaceAll(/^ {2}server-template replica .*$/gm, servers)
    .replace("bind :8080", `bind 127.0.0.1:${port}`)
    .replace("bind :8404", `bind 127.0.0.1:${metrics}`);
  assert.equal(text.split(servers).length, 3, "both backends have the replicas");
  const file = path.join(await mkdtemp(path.join(tmpdir(), "undertone-haproxy-")), "haproxy.cfg");
  await writeFile(file, text);
  return file;
}

describe("uploads behind HAProxy", { skip: missing }, async () => {
  if (missing) return;
  const apps = await Promise.all([1, 2, 3].map(() => startApp({ after }, { workers: 1 })));
  const ports: number[] = [];
  for (const app of apps) {
    await app.listen({ port: 0, host: "127.0.0.1" });
    ports.push((app.server.address() as { port: number }).port);
  }
  const port = await freePort();
  const proxy = spawn("haproxy", ["-f", await configuration(port, await freePort(), ports)]);
  after(() => proxy.kill("SIGKILL"));
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; (await fetch(`${url}/readyz`).catch(() => undefined))?.status !== 200; tries++) {
    assert.ok(tries < 100, "HAProxy does not answer");
    await sleep(100);
  }

  test("a request for the progress of an upload goes to the replica that scored it", async () => {
    const ids = Array.from({ length: 30 }, () => randomUUID());
    for (const id of ids) {
      const scored = await fetch(`${url}/sentiment/file?textColumn=text&id=${id}`, {
        method: "POST",
        body: "id,text\n1,good film\n",
      });
      assert.equal(scored.status, 200, await scored.text());
    }
    for (const id of ids) {
      const { status } = await fetch(`${url}/sentiment/file/${id}`);
      assert.equal(status, 200, id);
    }
    const holders = await Promise.all(
      ports.map(async (replica) => {
        const found = await Promise.all(
          ids.map((id) => fetch(`http://127.0.0.1:${replica}/sentiment/file/${id}`)),
        );
        return found.filter(({ status }) => status === 200).length;
      }),
    );
    assert.equal(
      holders.reduce((sum, count) => sum + count, 0),
      ids.length,
      "each is known to one replica",
    );
    assert.ok(Math.max(...holders) < ids.length, `one replica has all uploads: ${holders}`);
  });

  test("other requests go to all replicas", async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        fetch(`${url}/sentiment/file`, { method: "POST", body: "text\ngood\n" }),
      ),
    );
    assert.deepEqual(
      answers.map(({ status }) => status),
      answers.map(() => 200),
    );
    assert.equal((await fetch(`${url}/sentiment/file/${randomUUID()}`)).status, 404);
  });
});
