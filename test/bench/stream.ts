/**
 * A long stream through POST /sentiment/stream, written and read at once: rate, order, and the service's memory.
 * MODEL_DIR=test/fixtures/tiny-model node --import tsx test/bench/stream.ts [LINES, default 1000000]
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import os from "node:os";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";

const LINES = Number(process.argv[2] ?? 1_000_000);
const TEXTS = ["A great film.", "The film was bad and dull, and long.", "good and bad ".repeat(20)];

const service = spawn(process.execPath, ["--import", "tsx", "services/sentiment/src/main.ts", "serve"], {
  env: { ...process.env, PORT: "0", LOG_LEVEL: "info" },
  stdio: ["ignore", "pipe", "inherit"],
});
process.on("exit", () => service.kill());
let url: string | undefined;
for await (const line of createInterface({ input: service.stdout! })) {
  url = /"url":"([^"]+)"/.exec(line)?.[1];
  if (url !== undefined) break;
}
service.stdout!.resume();

/** Megabytes the service has now; Linux only. */
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
