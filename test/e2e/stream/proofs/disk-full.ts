import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../../helpers/port.ts";
import { scoresOverHttp } from "../http-scores.ts";
import { NatsServer } from "../nats-server.ts";
import { reviews } from "../reviews.ts";
import { judge, report, Scene, secondsSince } from "../scene.ts";

/** The volume, and what fills it but for a few messages. */
const VOLUME_MB = 24;

test("the stream's volume is full for 5 s in the middle", async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), "undertone-volume-"));
  const server = new NatsServer({ port: await freePort(), storeDir: folder });
  t.after(async () => {
    await server.kill();
    spawnSync("umount", ["-l", folder]);
    await rm(folder, { recursive: true, force: true });
  });
  const mounted =
    spawnSync("mount", ["-t", "tmpfs", "-o", `size=${VOLUME_MB}m`, "tmpfs", folder]).status === 0;
  if (!mounted) return t.skip("SKIPPED: no tmpfs can be mounted (root is needed)");
  await server.start();
  const scene = await Scene.open(t, [server]);
  const all = reviews(10_000);
  const http = await scoresOverHttp(t, all);
  await scene.worker();
  await scene.worker();
  await scene.publish(all.slice(0, 1_000));
  await scene.answered();
  const filler = path.join(folder, "filler");
  await writeFile(filler, Buffer.alloc(VOLUME_MB * 1_048_576)).catch(() => {}); // as much as there is room for
  const published = scene.publish(all.slice(1_000));
  await sleep(5_000);
  await rm(filler);
  // A server whose volume was full stops writing until it is started again.
  await server.kill("SIGTERM");
  await server.start();
  const begun = performance.now();
  await published;
  await scene.answered();
  report(t, await judge(scene, all, http), { "seconds to recover": secondsSince(begun).toFixed(1) });
});
