import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { IMAGE_FLAGS } from "../../helpers/process.ts";
import { type Bench, environment, type Row } from "./bench.ts";
import { startService } from "./service.ts";
import { median } from "./statistics.ts";
import { fixed, type Part } from "./table.ts";

/**
 * The time from the start of the process to the first 200 of /readyz, from the sources and bundled as
 * in the images.
 */
export const cold: Row = async (bench) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "undertone-bundle-"));
  try {
    execFileSync(process.execPath, ["--import", "tsx", "docker/bundle.ts", "sentiment", folder]);
    const forms = {
      "from the source (tsx)": undefined,
      "bundled, as in the image": [...IMAGE_FLAGS, path.join(folder, "main.js")],
    };
    const times = new Map<string, number[]>(Object.keys(forms).map((form) => [form, []]));
    for (let i = 0; i < bench.size.coldStarts; i++)
      for (const [form, program] of Object.entries(forms)) {
        const service = await startService({ ...environment(bench), WORKERS: "2" }, program);
        times.get(form)!.push(service.readyMs);
        bench.say(`cold start, ${form}: ${fixed(service.readyMs)} ms`);
        await service.close();
      }
    const rows = [...times].map(([form, ms]) => [form, fixed(median(ms)), fixed(Math.max(...ms))]);
    const note = `Process start to \`/readyz\` 200, 2 workers; ${bench.size.coldStarts} alternating starts.`;
    return [
      { title: "Cold start", note, header: ["", "median ms", "slowest ms"], rows },
      await memory(bench, forms),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** Resident memory of each form under batches of mixed sizes, at the start and after each fifth. */
async function memory(bench: Bench, forms: Record<string, string[] | undefined>): Promise<Part> {
  const rows: Part["rows"] = [];
  for (const [form, program] of Object.entries(forms))
    rows.push([form, ...(await residentMb(bench, program)).map((mb) => fixed(mb))]);
  return {
    title: "Resident memory",
    note: [
      "VmRSS in MB with 2 workers, 4 clients, batches of 1 to 1,000",
      `for ${bench.size.memoryMs / 1000} s (not an hour: see the soak).`,
    ].join(" "),
    header: ["", "ready", ...[1, 2, 3, 4, 5].map((n) => `${(n * bench.size.memoryMs) / 5000} s`)],
    rows,
  };
}

async function residentMb(bench: Bench, program: string[] | undefined): Promise<number[]> {
  const us = await startService({ ...environment(bench), WORKERS: "2" }, program);
  const found = [us.residentMb()];
  const { texts } = bench.texts;
  try {
    for (let fifth = 0; fifth < 5; fifth++) {
      for (const batch of [1, 16, 64, 256, 1_000])
        await bench.load.run({
          url: `${us.url}/sentiment/batch`,
          texts,
          batch,
          load: { kind: "closed", clients: 4 },
          forMs: bench.size.memoryMs / 25,
        });
      found.push(us.residentMb());
      bench.say(`memory: ${fixed(us.residentMb())} MB`);
    }
  } finally {
    await us.close();
  }
  return found;
}
