import { environment, type Row } from "./bench.ts";
import { openCeiling } from "./ceiling.ts";
import type { Job } from "./load.ts";
import { startService } from "./service.ts";
import { median, percentile } from "./statistics.ts";
import { fixed } from "./table.ts";

const CLIENTS = [1, 8, 64];
const SHARES = [0.25, 0.5, 0.8]; // as shares of the closed loop's rate

/** Requests with one text, and a lone request alternating with raw inference of the same texts. */
export const latency: Row = async (bench) => {
  const { artifact, cores, size, load, say } = bench;
  const texts = bench.texts.texts.slice(0, size.singles);
  const raw = await openCeiling(artifact, texts, 1, 1);
  const us = await startService({ ...environment(bench), WORKERS: String(cores) });
  const ask = (loop: Job["load"], forMs?: number) =>
    load.run({ url: `${us.url}/sentiment`, texts, batch: 0, load: loop, ...(forMs && { forMs }) });
  const rows: (string | number)[][] = [];
  let stages: Stages | undefined;
  const add = (name: string, latencies: readonly number[], rate: number, failed: number) => {
    const shares = [0.5, 0.95, 0.99].map((share) => fixed(percentile(latencies, share), 1));
    rows.push([name, fixed(rate), ...shares, failed]);
    say(`latency: ${name}: ${shares.join(" / ")} ms`);
  };
  const lone = { raw: [] as number[], us: [] as number[], over: [] as number[] };
  try {
    await ask({ kind: "closed", clients: 8 }); // warm
    for (let round = 0; round < size.rounds; round++) {
      const { ms } = await raw.round();
      const { latencyMs } = await ask({ kind: "closed", clients: 1 });
      lone.raw.push(median(ms));
      lone.us.push(median(latencyMs));
      lone.over.push(median(latencyMs) - median(ms));
    }
    stages = await loneStages(us.url, texts);
    let capacity = 0;
    for (const clients of CLIENTS) {
      const { latencyMs, wallMs, failed } = await ask({ kind: "closed", clients }, size.openMs);
      capacity = Math.max(capacity, latencyMs.length / (wallMs / 1000));
      add(
        `closed, ${clients} client${clients > 1 ? "s" : ""}`,
        latencyMs,
        latencyMs.length / (wallMs / 1000),
        failed,
      );
    }
    for (const share of SHARES) {
      const rate = Math.max(1, Math.round(share * capacity));
      const { latencyMs, failed } = await ask({ kind: "open", rate }, size.openMs);
      add(`open, ${share} of capacity`, latencyMs, rate, failed);
    }
  } finally {
    await Promise.all([raw.close(), us.close()]);
  }
  return [
    {
      title: "One text per request",
      note: [
        "`POST /sentiment`; open loop: requests arrive at a fixed rate and latency counts from the",
        "scheduled arrival.",
      ].join(" "),
      header: ["load", "requests/s", "p50 ms", "p95 ms", "p99 ms", "failed"],
      rows,
    },
    {
      title: "A lone request over raw inference",
      note: [
        `p50 over the same ${texts.length} texts, medians of ${size.rounds} alternating rounds;`,
        `raw: ${raw.name}, one session.`,
      ].join(" "),
      header: ["raw ms", "request ms", "difference ms"],
      rows: [[fixed(median(lone.raw), 2), fixed(median(lone.us), 2), fixed(median(lone.over), 2)]],
    },
    {
      title: "Where a lone request's time goes",
      note: [
        "Medians in ms, by `Server-Timing`. `queueMs` is the hand-over to the worker's thread; the rest is",
        "HTTP, JSON and the hand-over back; `GET /livez` is HTTP alone.",
      ].join(" "),
      header: Object.keys(stages),
      rows: [Object.values(stages).map((ms) => fixed(ms, 2))],
    },
  ];
};

type Stages = Record<"request" | "encodeMs" | "queueMs" | "inferMs" | "rest" | "GET /livez", number>;

/** The medians of requests that this process sends one after the other. */
async function loneStages(url: string, texts: readonly string[]): Promise<Stages> {
  const found: Stages[] = [];
  for (const text of texts) {
    const start = performance.now();
    const answer = await fetch(`${url}/sentiment`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text }),
    });
    await answer.arrayBuffer();
    const request = performance.now() - start;
    const timing = answer.headers.get("server-timing")!;
    const stage = (name: string) => Number(new RegExp(`${name};dur=([\\d.]+)`).exec(timing)![1]);
    const [encodeMs, queueMs, inferMs] = [stage("encodeMs"), stage("queueMs"), stage("inferMs")];
    const bare = performance.now();
    await (await fetch(`${url}/livez`)).arrayBuffer();
    found.push({
      request,
      encodeMs,
      queueMs,
      inferMs,
      rest: request - encodeMs - queueMs - inferMs,
      "GET /livez": performance.now() - bare,
    });
  }
  const names = Object.keys(found[0]!) as (keyof Stages)[];
  return Object.fromEntries(names.map((name) => [name, median(found.map((one) => one[name]))])) as Stages;
}
