import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { REVIEWS as REVIEWS_STREAM } from "@undertone/streams";
import { size } from "../form.ts";
import { scoresOverHttp } from "../http-scores.ts";
import { type NatsServer, serverName, startCluster } from "../nats-server.ts";
import { reviews } from "../reviews.ts";
import { judge, report, Scene, secondsSince, temporaryFolder } from "../scene.ts";

const REVIEWS = size(2_000, 10_000);
const PAUSE_MS = size(3_000, 10_000);
const all = reviews(REVIEWS);

test(`three servers, three copies: the leader is killed in the middle of ${REVIEWS} reviews`, async (t) => {
  await disturb(t, async (leader) => {
    await leader.kill();
    await sleep(2_000);
    await leader.start();
  });
});

test(`three servers, three copies: both followers are paused for ${PAUSE_MS / 1_000} s`, async (t) => {
  await disturb(t, async (_leader, followers) => {
    for (const server of followers) server.pause();
    await sleep(PAUSE_MS);
    for (const server of followers) server.resume();
  });
});

async function disturb(
  t: Parameters<typeof report>[0],
  disturbance: (leader: NatsServer, followers: NatsServer[]) => Promise<void>,
): Promise<void> {
  const servers = await startCluster(await temporaryFolder(t));
  t.after(() => Promise.all(servers.map((server) => server.kill())));
  const scene = await Scene.open(t, servers, { STREAM_REPLICAS: "3" });
  const http = await scoresOverHttp(t, all);
  await scene.worker();
  await scene.worker();
  const published = scene.publish(all);
  await sleep(300);
  const { cluster } = await scene.jsm.streams.info(REVIEWS_STREAM.stream);
  const isLeader = ({ url }: NatsServer) => serverName(new URL(url).port) === cluster?.leader;
  const leader = servers.find(isLeader)!;
  await disturbance(
    leader,
    servers.filter((server) => server !== leader),
  );
  const begun = performance.now();
  await published;
  await scene.answered();
  report(t, await judge(scene, all, http), { "seconds to recover": secondsSince(begun).toFixed(1) });
}
