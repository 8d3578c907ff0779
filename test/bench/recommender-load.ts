/**
 * The load test of the recommender: `node --import tsx test/bench/recommender-load.ts
 * [--corpus FILE | --rows N]`. It sends feedback over HTTP to the real process with its own database
 * and without a sentiment service, so texts stay unscored. Then it measures recommendations on an
 * idle process and during a build.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readFeedback, type SentItem } from "../../services/recommender/src/demo/corpus.ts";
import { generator } from "../../trainer/src/random.ts";

const BATCH = 1_000;
const REQUESTS = 2_000;
const { values } = parseArgs({
  options: { corpus: { type: "string" }, rows: { type: "string", default: "46000" } },
});

/** Users and items by powers of a uniform number, so that few have many rows and many have few. */
function synthetic(rows: number): SentItem[] {
  const random = generator(1);
  const [users, items] = [Math.ceil(rows / 14), Math.min(20_000, Math.ceil(rows / 40))];
  const pick = (n: number, power: number) => Math.floor(n * random() ** power);
  return Array.from({ length: rows }, () => ({
    user_id: `user${pick(users, 1.5)}`,
    item_id: `item${pick(items, 2)}`,
    rating: 1 + pick(5, 1),
  }));
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
function request(url: string, body?: unknown): Promise<{ text: string; ms: number }> {
  const start = performance.now();
  const options =
    body === undefined
      ? { agent }
      : { agent, method: "POST", headers: { "content-type": "application/json" } };
  return new Promise((resolve, reject) => {
    const outgoing = http.request(url, options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => {
        if (response.statusCode === 200) resolve({ text, ms: performance.now() - start });
        else reject(new Error(`${url}: ${response.statusCode} ${text}`));
      });
    });
    outgoing.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function metric(url: string, name: string): Promise<number> {
  const { text } = await request(`${url}/metrics`);
  return Number(new RegExp(`^${name} (.+)$`, "m").exec(text)?.[1]);
}

/** `VmHWM` of /proc: the peak memory of the process, in MB. */
function peak(child: ChildProcess): string {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  const [now, most] = ["VmRSS", "VmHWM"].map(
    (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)![1]) / 1024,
  );
  return `${now!.toFixed(0)} MB now, ${most!.toFixed(0)} MB at most`;
}

function quantiles(times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (q: number) =>
    `${sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!.toFixed(2)} ms`;
  return `${times.length} requests, p50 ${at(0.5)}, p99 ${at(0.99)}, slowest ${at(1)}`;
}

const items =
  values.corpus === undefined
    ? synthetic(Number(values.rows))
    : (await readFeedback(values.corpus)).rows.map(({ item }) => item);
const users = [...new Set(items.map(({ user_id }) => String(user_id)))];
const random = generator(2);
const anyUser = () => encodeURIComponent(users[Math.floor(users.length * random())]!);
const commit = execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
console.log(
  [
    os.cpus()[0]?.model,
    `${os.cpus().length} cores`,
    `load ${os.loadavg()[0]!.toFixed(1)}`,
    `Node ${process.version}`,
    `commit ${commit}`,
  ].join(", "),
);

const folder = mkdtempSync(path.join(os.tmpdir(), "undertone-bench-"));
const main = fileURLToPath(new URL("../../services/recommender/src/main.ts", import.meta.url));
const child = spawn(process.execPath, ["--import", "tsx", main], {
  env: {
    PATH: process.env.PATH,
    PORT: "0",
    DATABASE_PATH: path.join(folder, "bench.db"),
    SENTIMENT_URL: "http://127.0.0.1:1",
    REBUILD_SECONDS: "1",
    REBUILD_AFTER_CHANGES: "1000000000",
  },
  stdio: ["ignore", "pipe", "inherit"],
});
process.on("exit", () => {
  child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});
const url = await new Promise<string>((resolve) => {
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
    const found = /"url":"([^"]+)"/.exec(output)?.[1];
    if (found !== undefined) resolve(found);
  });
});

let start = performance.now();
const batches: number[] = [];
for (let at = 0; at < items.length; at += BATCH) {
  batches.push((await request(`${url}/feedback`, { items: items.slice(at, at + BATCH) })).ms);
}
const seconds = (performance.now() - start) / 1000;
console.log(
  `stored: ${items.length} rows in ${seconds.toFixed(1)} s, ${(items.length / seconds).toFixed(0)} rows/s; ` +
    `a batch of ${BATCH}: ${quantiles(batches)}`,
);

const idle = async () =>
  (await metric(url, "recommender_changes_since_build")) === 0 &&
  (await metric(url, "recommender_building")) === 0;
while (!(await idle())) await new Promise((resolve) => setTimeout(resolve, 100));

const recommend = async () => (await request(`${url}/users/${anyUser()}/recommendations`)).ms;
// A request without work shows the present delays of the machine.
const floor: number[] = [];
for (let i = 0; i < REQUESTS; i++) floor.push((await request(`${url}/livez`)).ms);
console.log(`/livez, for comparison: ${quantiles(floor.slice(REQUESTS / 10))}`);
const quiet: number[] = [];
for (let i = 0; i < REQUESTS; i++) quiet.push(await recommend());
console.log(`recommend, idle process: ${quantiles(quiet.slice(REQUESTS / 10))}`);

await request(`${url}/feedback`, { items: [{ user_id: "one more", item_id: items[0]!.item_id }] });
while ((await metric(url, "recommender_building")) === 0)
  await new Promise((resolve) => setTimeout(resolve, 5));
const busy: number[] = [];
start = performance.now();
let checked = start;
for (;;) {
  busy.push(await recommend());
  if (performance.now() - checked < 100) continue;
  if ((await metric(url, "recommender_building")) === 0) break;
  checked = performance.now();
}
console.log(`recommend, while neighbours are built: ${quantiles(busy)}`);
const [rows, built] = [
  await metric(url, "recommender_feedback_rows"),
  await metric(url, "recommender_build_seconds"),
];
const itemCount = await metric(url, "recommender_items");
console.log(`build: ${rows} pairs, ${users.length} users, ${itemCount} items in ${built.toFixed(2)} s`);
console.log(`memory: ${peak(child)}`);
child.kill("SIGTERM");
await new Promise((resolve) => child.once("close", resolve));
