import { type Bench, environment, type Row } from "./bench.ts";
import { bestCandidate, openCeiling } from "./ceiling.ts";
import type { Loaded } from "./load.ts";
import { type Service, startPeer, startService } from "./service.ts";
import { median } from "./statistics.ts";
import { fixed, type Part } from "./table.ts";

const BATCH = 64;
const CLIENTS = 4;
const PEER_PORT = 19_731;

/**
 * Measures the ceiling, the service and the peer in alternating rounds. All of them run, and those that
 * are not measured are idle.
 */
export const throughput: Row = async (bench) => {
  const { artifact, cores, size, say } = bench;
  const { texts } = bench.texts;
  const { best, tried } = await bestCandidate(
    artifact,
    texts.slice(0, Math.ceil(texts.length / 4)),
    cores,
    size.rounds,
  );
  const ceiling = await openCeiling(artifact, texts, best, cores);
  const us = await startService({ ...environment(bench), WORKERS: String(cores) });
  const rates = { ceiling: [] as number[], us: [] as number[] };
  const shares: number[] = [];
  const cost: number[] = [];
  try {
    await ask(bench, us, texts.slice(0, 4 * BATCH)); // warm
    for (let round = 0; round < size.rounds; round++) {
      const { rate } = await ceiling.round();
      const loaded = await ask(bench, us, texts);
      rates.ceiling.push(rate);
      rates.us.push(rateOf(loaded));
      shares.push(rateOf(loaded) / rate);
      cost.push(loaded.cpuMs / loaded.wallMs);
      say(`throughput: ceiling ${fixed(rate)}, us ${fixed(rateOf(loaded))} reviews/s`);
    }
  } finally {
    await Promise.all([ceiling.close(), us.close()]);
  }
  const candidates = tried.map(({ name, rate }) => `${name} ${fixed(rate)}`);
  const rows: Part["rows"] = [
    [`ceiling: ${ceiling.name}`, fixed(median(rates.ceiling)), "1"],
    ["us: POST /sentiment/batch", fixed(median(rates.us)), fixed(median(shares), 3)],
    ...(await peerRows(bench, median(rates.us))),
  ];
  return [
    {
      title: "Throughput",
      note: [
        `${cores} cores, ${BATCH} reviews per request, ${CLIENTS} clients; ratios are to the ceiling, medians of`,
        `${size.rounds} alternating rounds over ${texts.length} reviews. The load generator used`,
        `${fixed(100 * median(cost))} % of one core, on the same cores.`,
        `Ceilings tried, medians of short rounds: ${candidates.join("; ")}.`,
      ].join(" "),
      header: ["", "reviews/s", "ratio"],
      rows,
    },
  ];
};

/**
 * Measures the peer, alternating with rounds of the service, so that both figures of a ratio are from
 * the same time.
 */
async function peerRows(bench: Bench, ours: number): Promise<Part["rows"]> {
  const { peer, size, cores, say } = bench;
  if (peer === undefined) return [["torch_fastapi.py", "skipped: --python was not given", ""]];
  const texts = bench.texts.texts.slice(0, size.peerTexts);
  const rows: Part["rows"] = [];
  for (const padding of ["500", "longest"]) {
    const service = await startPeer(peer.python, [peer.program, "--pad", padding], PEER_PORT);
    const us = await startService({ ...environment(bench), WORKERS: String(cores) });
    const rates: number[] = [];
    const times: number[] = [];
    try {
      for (const warm of [service, us]) await ask(bench, warm, texts.slice(0, 2 * BATCH));
      for (let round = 0; round < Math.min(3, size.rounds); round++) {
        const rate = rateOf(await ask(bench, service, texts));
        const here = rateOf(await ask(bench, us, texts));
        rates.push(rate);
        times.push(here / rate);
        say(`torch_fastapi.py --pad ${padding}: ${fixed(rate)}, us ${fixed(here)} reviews/s`);
      }
    } finally {
      await Promise.all([service.close(), us.close()]);
    }
    const name = `torch_fastapi.py --pad ${padding}`;
    rows.push([
      name,
      fixed(median(rates)),
      `us / it ${fixed(median(times), 1)} (by medians ${fixed(ours / median(rates), 1)})`,
    ]);
  }
  return rows;
}

function ask({ load }: Bench, { url }: Service, texts: string[]): Promise<Loaded> {
  return load.run({
    url: `${url}/sentiment/batch`,
    texts,
    batch: BATCH,
    load: { kind: "closed", clients: CLIENTS },
  });
}

function rateOf({ texts, wallMs, failed }: Loaded): number {
  if (failed > 0) throw new Error(`${failed} requests failed`);
  return texts / (wallMs / 1000);
}
