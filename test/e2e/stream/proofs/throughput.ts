import { spawnSync } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { size } from "../form.ts";
import { reviews } from "../reviews.ts";
import { Scene, startServer } from "../scene.ts";

const MODEL_DIR = fileURLToPath(new URL("../../../../models/reviews-bilstm", import.meta.url));
const REVIEWS = size(2_000, 8_000);
/** As long as film reviews: about 230 words each. */
const all = reviews(REVIEWS).map(({ id }, index) => {
  const parts = reviews(7, 7 * index).map(({ text }) => text);
  return { id, text: parts.join(" ") };
});

/** Binds a process and all its threads to some of the processors. */
function pin(child: { pid?: number | undefined }, processors: string): void {
  spawnSync("taskset", ["-a", "-c", "-p", processors, String(child.pid)]);
}

/** Reviews per second of workers of one inference thread each, on one processor each, with a backlog before them. */
async function streamRate(t: TestContext, workers: number): Promise<number> {
  const scene = await Scene.open(t, [await startServer(t)], { MODEL_DIR, WORKERS: "1" });
  await scene.publish(all);
  const started = await Promise.all(Array.from({ length: workers }, () => scene.worker()));
  for (const [index, { child }] of started.entries()) pin(child, String(index));
  const first = await scene.progress();
  const begun = performance.now();
  await scene.answered(600);
  for (const { child } of started) child.kill("SIGKILL");
  return ((REVIEWS - first.answered) * 1000) / (performance.now() - begun);
}

async function fileRate(t: TestContext): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), "undertone-rate-"));
  const input = path.join(folder, "reviews.csv");
  await writeFile(input, ["id,text", ...all.map(({ id, text }) => `${id},${text}`)].join("\n"));
  const scene = await Scene.open(t, [await startServer(t)], { MODEL_DIR, WORKERS: "1" });
  const command = scene.run("score", input, "--out", path.join(folder, "out.csv"));
  pin(command.child, "0");
  const { stderr } = await command.ended;
  return Number(/([\d.]+) rows\/s/.exec(stderr)?.[1]);
}

test(`throughput of ${REVIEWS} reviews with the published model, one inference thread per processor`, async (t) => {
  const file = await fileRate(t);
  const one = await streamRate(t, 1);
  const two = await streamRate(t, 2);
  t.diagnostic(
    `file command ${file.toFixed(0)} reviews/s, one worker ${one.toFixed(0)} (${(one / file).toFixed(2)} of it), two workers ${two.toFixed(0)} (${(two / one).toFixed(2)} times one)`,
  );
});
