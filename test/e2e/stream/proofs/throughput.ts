import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { size } from "../form.ts";
import { reviews } from "../reviews.ts";
import { Scene, startServer, temporaryFolder } from "../scene.ts";

const MODEL_DIR = fileURLToPath(new URL("../../../../models/reviews-bilstm", import.meta.url));
const REVIEWS = size(2_000, 8_000);
/** A file so short that the command's processor time is that of its start. */
const FEW = 20;
/** The kernel counts processor time in hundredths of a second. */
const MS_PER_TICK = 10;
/** As long as film reviews: about 230 words each. */
const all = reviews(REVIEWS).map(({ id }, index) => {
  const parts = reviews(7, 7 * index).map(({ text }) => text);
  return { id, text: parts.join(" ") };
});

interface Throughput {
  perSecond: number;
  /** Processor time of the scoring processes per review, their start left out. */
  processorMs: number;
  /** Processor time of the NATS server per review. */
  serverMs: number;
}

/** Binds a process and all its threads to some of the processors. */
function pin(pid: number, processors: string): void {
  spawnSync("taskset", ["-a", "-c", "-p", processors, String(pid)]);
}

/** What all threads of a process have used so far, ended threads included. */
function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // from field 3 on, see proc(5)
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

/** Workers of one inference thread each, on one processor each, with a backlog before them. */
async function stream(t: TestContext, workers: number): Promise<Throughput> {
  const server = await startServer(t);
  const scene = await Scene.open(t, [server], { MODEL_DIR, WORKERS: "1" });
  await scene.publish(all);
  const started = await Promise.all(Array.from({ length: workers }, () => scene.worker()));
  const pids = started.map(({ child }) => child.pid!);
  for (const [index, pid] of pids.entries()) pin(pid, String(index));
  const used = () => pids.reduce((sum, pid) => sum + processorMs(pid), 0);
  const before = {
    answered: (await scene.progress()).answered,
    used: used(),
    server: processorMs(server.pid),
  };
  const begun = performance.now();
  await scene.answered(600);
  const count = REVIEWS - before.answered;
  const result = {
    perSecond: (count * 1000) / (performance.now() - begun),
    processorMs: (used() - before.used) / count,
    serverMs: (processorMs(server.pid) - before.server) / count,
  };
  for (const { child } of started) child.kill("SIGKILL");
  return result;
}

async function file(t: TestContext): Promise<Throughput> {
  const scene = await Scene.open(t, [await startServer(t)], { MODEL_DIR, WORKERS: "1" });
  const folder = await temporaryFolder(t);
  const score = async (count: number) => {
    const input = path.join(folder, `${count}.csv`);
    const rows = all.slice(0, count).map(({ id, text }) => `${id},${text}`);
    await writeFile(input, ["id,text", ...rows].join("\n"));
    const command = scene.run("score", input, "--out", path.join(folder, `scored-${count}.csv`));
    pin(command.child.pid!, "0");
    let used = 0;
    while (command.child.exitCode === null) {
      used = processorMs(command.child.pid!);
      await sleep(10);
    }
    const { stderr } = await command.ended;
    return { perSecond: Number(/([\d.]+) rows\/s/.exec(stderr)?.[1]), used };
  };
  const start = await score(FEW);
  const { perSecond, used } = await score(REVIEWS);
  return { perSecond, processorMs: (used - start.used) / (REVIEWS - FEW), serverMs: 0 };
}

test(`throughput of ${REVIEWS} reviews with the published model, one inference thread per processor`, async (t) => {
  const command = await file(t);
  const one = await stream(t, 1);
  const two = await stream(t, 2);
  const ways = { "file command": command, "one worker": one, "two workers": two };
  for (const [name, { perSecond, processorMs, serverMs }] of Object.entries(ways))
    t.diagnostic(
      `${name}: ${perSecond.toFixed(0)} reviews/s, processor time per review ` +
        `${processorMs.toFixed(3)} ms, of the server ${serverMs.toFixed(3)} ms`,
    );
  t.diagnostic(
    `one worker has ${(one.perSecond / command.perSecond).toFixed(2)} of the file command's rate ` +
      `(${(command.processorMs / one.processorMs).toFixed(2)} by processor time), ` +
      `two workers ${(two.perSecond / one.perSecond).toFixed(2)} times one's`,
  );
});
