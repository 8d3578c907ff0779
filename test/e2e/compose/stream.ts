import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { startProcess } from "../../helpers/process.ts";
import { command, Project } from "./engine.ts";

/** Compose's profile `stream` on a real engine: up, one publish, one collect, a scored file. */
const PORT = "18422";
const GO_IMAGE = process.env.GO_IMAGE ?? "golang:1.26-bookworm";
const MAIN = new URL("../../../services/sentiment/src/main.ts", import.meta.url).pathname;
const project = new Project("undertone-stream-test", {
  SENTIMENT_PORT: "18481",
  RECOMMENDER_PORT: "18491",
  NATS_PORT: PORT,
  WORKER_CPUS: "1",
  GO_IMAGE,
});

function whyNot(): string | false {
  if (command === undefined) return "no Docker engine with Compose can be reached";
  const docker = (...args: string[]) => spawnSync("docker", args).status === 0;
  if (docker("image", "inspect", GO_IMAGE) || docker("pull", "--quiet", GO_IMAGE)) return false;
  return `the image ${GO_IMAGE} is not here and cannot be pulled; set GO_IMAGE`;
}

test("the stream on a real engine", { skip: whyNot() }, async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), "undertone-compose-"));
  t.after(() => rm(folder, { recursive: true }));
  t.after(() => project.compose("--profile", "stream", "down", "--volumes", "--remove-orphans"));
  const [input, output] = [path.join(folder, "reviews.csv"), path.join(folder, "scores.csv")];
  await writeFile(input, "id,text\nr1,A wonderful film.\nr2,An awful waste of time.\nr3,zyzzyva qwertz\n");

  await t.test("one command builds it and starts a server and two workers", async () => {
    await project.compose("--profile", "stream", "up", "--detach", "--build");
    assert.equal((await project.containers("worker")).length, 2);
  });

  await t.test("one publish and one collect give a scored file", async (t) => {
    const published = await run(t, "publish", input);
    assert.match(published.stderr, /^3 rows: 3 published/);
    assert.equal((await run(t, "collect", output)).code, 0);
    const scored = await readFile(output, "utf8");
    assert.match(scored, /^r1,\d+,positive,0\.\d+/m);
    assert.match(scored, /^r2,\d+,negative,0\.\d+/m);
    assert.match(scored, /^r3,\d+,.*no_known_words$/m);
  });

  await t.test("more workers are one option away", async () => {
    await project.compose("--profile", "stream", "up", "--detach", "--no-recreate", "--scale", "worker=4");
    assert.equal((await project.containers("worker")).length, 4);
  });
});

/** Runs a command of the service on this machine. Only the server's address is configured. */
function run(t: TestContext, ...args: string[]) {
  const env = { NATS_URL: `nats://127.0.0.1:${PORT}`, MODEL_DIR: path.join(tmpdir(), "no-model") };
  return startProcess(t, ["--import", "./typescript.mjs", MAIN, ...args], env).ended;
}
