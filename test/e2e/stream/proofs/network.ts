import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../../helpers/port.ts";
import { scoresOverHttp } from "../http-scores.ts";
import { NatsServer } from "../nats-server.ts";
import { reviews } from "../reviews.ts";
import { judge, report, Scene, secondsSince, temporaryFolder } from "../scene.ts";

const NAME = "undertone";
const CUT_MS = 10_000;
const ADDRESS = "10.213.47";
const ip = (...args: string[]) => spawnSync("ip", args).status === 0;

/** A network namespace whose one cable to this machine can be pulled. */
function addNamespace(): boolean {
  return (
    ip("netns", "add", NAME) &&
    ip("link", "add", `${NAME}0`, "type", "veth", "peer", "name", `${NAME}1`, "netns", NAME) &&
    ip("addr", "add", `${ADDRESS}.1/24`, "dev", `${NAME}0`) &&
    ip("link", "set", `${NAME}0`, "up") &&
    ip("-n", NAME, "addr", "add", `${ADDRESS}.2/24`, "dev", `${NAME}1`) &&
    ip("-n", NAME, "link", "set", `${NAME}1`, "up")
  );
}

test(`the server's network is cut for ${CUT_MS / 1_000} s in the middle`, async (t) => {
  t.after(() => ip("netns", "del", NAME));
  if (!addNamespace())
    return t.skip("SKIPPED: no network namespace can be made (root and iproute2 are needed)");
  const server = new NatsServer({
    port: await freePort(),
    host: `${ADDRESS}.2`,
    storeDir: await temporaryFolder(t),
    prefix: ["ip", "netns", "exec", NAME],
  });
  t.after(() => server.kill());
  await server.start();
  const scene = await Scene.open(t, [server]);
  const all = reviews(10_000);
  const http = await scoresOverHttp(t, all);
  await scene.worker();
  await scene.worker();
  const published = scene.publish(all);
  await sleep(300);
  ip("link", "set", `${NAME}0`, "down");
  await sleep(CUT_MS);
  ip("link", "set", `${NAME}0`, "up");
  const begun = performance.now();
  await published;
  await scene.answered();
  report(t, await judge(scene, all, http), { "seconds to recover": secondsSince(begun).toFixed(1) });
});
