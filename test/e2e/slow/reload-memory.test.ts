import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { allocatorSettings } from "../../helpers/image.ts";
import { listening, start } from "../../helpers/process.ts";

const RELOADS = 30;

test("field case 63: thirty SIGHUPs leave the memory within 10 % of what the first left", async (t) => {
  if (process.platform !== "linux") return t.skip("reads /proc");
  const env = { ...(await allocatorSettings()), MODEL_DIR: "models/reviews-bilstm", WORKERS: "2" };
  const { child, output } = start(t, [], env);
  const url = await listening({ child, output });
  const memory = async () => {
    const [, kib] = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${child.pid}/status`, "utf8"))!;
    return Number(kib) / 1024;
  };
  const after: number[] = [];
  for (let reload = 1; reload <= RELOADS; reload++) {
    child.kill("SIGHUP");
    while ((output.stdout.match(/model reloaded/g) ?? []).length < reload) await sleep(50);
    const body = JSON.stringify({ text: "A great film." });
    const headers = { "content-type": "application/json" };
    assert.equal((await fetch(`${url}/sentiment`, { method: "POST", headers, body })).status, 200);
    await sleep(300);
    after.push(await memory());
  }
  const [first, last] = [after[0]!, after.at(-1)!];
  t.diagnostic(`${first.toFixed(0)} MiB after the first, ${last.toFixed(0)} MiB after the last`);
  assert.ok(last <= first * 1.1, `MiB after each reload: ${after.map((mib) => mib.toFixed(0)).join(" ")}`);
});
