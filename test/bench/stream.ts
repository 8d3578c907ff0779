/**
 * `npm run bench:stream [-- LINES]` sends a long stream (default: 1,000,000 lines) to
 * POST /sentiment/stream and reads the answers at the same time. It fails if a line is out of order,
 * unanswered or refused, or if the service's memory grows. It measures the protocol and not the
 * network, so the default model is the tests' tiny one (MODEL_DIR).
 */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import os from "node:os";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { median } from "./speed/statistics.ts";

/** The allowed growth of the service's memory from the first half to the second. */
const GROWTH_MB = 64;
const LINES = Number(process.argv[2] ?? 1_000_000);
const TEXTS = ["A great film.", "The film was bad and dull, and long.", "good and bad ".repeat(20)];

const service = spawn(process.execPath, ["--import", "tsx", "services/sentiment/src/main.ts", "serve"], {
  env: { MODEL_DIR: "test/fixtures/tiny-model", ...process.env, PORT: "0", LOG_LEVEL: "info" },
  stdio: ["ignore", "pipe", "inherit"],
});
process.on("exit", () => service.kill());
let url: string | undefined;
for await (const line of createInterface({ input: service.stdout! })) {
  url = /"url":"([^"]+)"/.exec(line)?.[1];
  if (url !== undefined) break;
}
service.stdout!.resume();

/** The service's resident memory in MB (Linux only). */
function residentMb(): number {
  const status = readFileSync(`/proc/${service.pid}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024);
}

function* lines(): Generator<string> {
  for (let first = 0; first < LINES; first += 100) {
    const size = Math.min(100, LINES - first);
    yield Array.from({ length: size }, (_, i) => `{"text":"${TEXTS[(first + i) % TEXTS.length]}"}\n`).join(
      "",
    );
  }
}

const start = performance.now();
const memory: number[] = [residentMb()];
const req = request(`${url}/sentiment/stream`, {
  method: "POST",
  headers: { "content-type": "application/x-ndjson" },
});
Readable.from(lines()).pipe(req);
const [res] = await once(req, "response");
let count = 0;
let last = "";
for await (const line of createInterface({ input: res, crlfDelay: Number.POSITIVE_INFINITY })) {
  last = line;
  if (!line.startsWith('{"summary"') && !line.startsWith(`{"line":${++count},`))
    throw new Error(`order: ${line}`);
  if (count % Math.ceil(LINES / 20) === 0) memory.push(residentMb());
}
const seconds = (performance.now() - start) / 1000;
const commit = execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
console.log(`${os.cpus()[0]?.model}, ${os.cpus().length} cores, Node ${process.version}, commit ${commit}`);
console.log(last);
console.log(`${count} lines in ${seconds.toFixed(1)} s: ${(count / seconds).toFixed(0)} lines/s`);
console.log(`resident MB, at the start and after each twentieth: ${memory.join(" ")}`);
const { summary } = JSON.parse(last) as { summary: { lines: number; ok: number; complete: boolean } };
assert.deepEqual(summary, { lines: LINES, ok: LINES, failed: 0, complete: true });
assert.equal(count, LINES);
// Readings include uncollected garbage, so the medians of two periods are compared, the first tenth left
// out.
const steady = memory.slice(3);
const half = steady.length >> 1;
const grown = median(steady.slice(half)) - median(steady.slice(0, half));
assert.ok(grown <= GROWTH_MB, `${grown} MB more in the second half`);
service.kill();
