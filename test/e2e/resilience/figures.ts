import { execFileSync } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import type { TestContext } from "node:test";
import { readSection, writeSection } from "../../bench/results.ts";
import { SHORT } from "./form.ts";

const HEAD = ["fault", "commit", "measured"];
/** The commit at the start of the run. It may change during the run. */
const commit = execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
const measured = new Map<string, string>();

/** Prints the figures of a fault, and keeps them for results.md. */
export function figure(t: TestContext, fault: string, text: string): void {
  t.diagnostic(`${fault}: ${text}`);
  measured.set(fault, text);
}

/** Writes the figures of the full form to results.md. Faults that were not measured keep their rows. */
export async function writeFigures(): Promise<void> {
  if (SHORT) return;
  const rows = new Map<string, string[]>();
  for (const line of (await readSection("resilience")).split("\n")) {
    const [, fault, ...rest] = /^\| (.+?) \| (.+?) \| (.+) \|$/.exec(line) ?? [];
    if (fault !== undefined && fault !== HEAD[0] && fault !== "---") rows.set(fault, [fault, ...rest]);
  }
  for (const [fault, text] of measured) rows.set(fault, [fault, commit, text]);
  const machine = `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.version}`;
  const table = [HEAD, HEAD.map(() => "---"), ...rows.values()].map((cells) => `| ${cells.join(" | ")} |`);
  await writeSection(
    "resilience",
    ["## Faults", "", `\`npm run test:resilience\` on ${machine}.`, "", ...table].join("\n"),
  );
}
