import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Job, Loaded } from "./load.ts";

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

process.on("message", async (job: Job) => process.send!(await run(job)));

interface Body {
  bytes: Buffer;
  texts: number;
}

export async function run(job: Job): Promise<Loaded> {
  const bodies = bodiesOf(job);
  const loaded: Loaded = { texts: 0, failed: 0, wallMs: 0, cpuMs: 0, latencyMs: [] };
  const cpu = process.cpuUsage();
  const start = performance.now();
  const end = start + (job.forMs ?? Number.POSITIVE_INFINITY);
  let next = 0;
  const take = (): Body | undefined => {
    if (performance.now() >= end || (job.forMs === undefined && next >= bodies.length)) return undefined;
    return bodies[next++ % bodies.length];
  };
  const send = async (body: Body, since: number) => {
    const status = await post(job.url, body.bytes);
    if (status !== 200) loaded.failed++;
    else {
      loaded.texts += body.texts;
      loaded.latencyMs.push(performance.now() - since);
    }
  };
  if (job.load.kind === "closed") {
    const client = async () => {
      for (let body = take(); body !== undefined; body = take()) await send(body, performance.now());
    };
    await Promise.all(Array.from({ length: job.load.clients }, client));
  } else {
    const sent: Promise<void>[] = [];
    for (let i = 0; ; i++) {
      const arrival = start + (1000 * i) / job.load.rate;
      const early = arrival - performance.now();
      if (early > 0) await sleep(early);
      const body = take();
      if (body === undefined) break;
      sent.push(send(body, arrival));
    }
    await Promise.all(sent);
  }
  const { user, system } = process.cpuUsage(cpu);
  return { ...loaded, wallMs: performance.now() - start, cpuMs: (user + system) / 1000 };
}

function bodiesOf({ texts, batch }: Job): Body[] {
  if (batch === 0) return texts.map((text) => ({ bytes: Buffer.from(JSON.stringify({ text })), texts: 1 }));
  return Array.from({ length: Math.ceil(texts.length / batch) }, (_, i) => {
    const part = texts.slice(i * batch, (i + 1) * batch);
    const items = part.map((text, row) => ({ id: String(row), text }));
    return { bytes: Buffer.from(JSON.stringify({ items })), texts: part.length };
  });
}

/** The status; 0 if there was no answer. */
function post(url: string, body: Buffer): Promise<number> {
  return new Promise((resolve) => {
    const headers = { "content-type": "application/json", "content-length": body.length };
    const req = request(url, { method: "POST", agent, headers }, (res) => {
      res.on("end", () => resolve(res.statusCode!)).on("error", () => resolve(0));
      res.resume();
    });
    req.on("error", () => resolve(0));
    req.end(body);
  });
}
