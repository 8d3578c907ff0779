import { execFileSync } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import type { TestContext } from "node:test";
import { writeSection } from "../bench/results.ts";
import { SHORT } from "./form.ts";

const lines: string[] = [];

/** Prints what was measured of a fault, and keeps it for results.md. */
export function figure(t: TestContext, fault: string, text: string): void {
  t.diagnostic(`${fault}: ${text}`);
  lines.push(`| ${fault} | ${text} |`);
}

/** The full form's figures, in results.md. */
export async function writeFigures(): Promise<void> {
  if (SHORT) return;
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), Node ${process.version}, commit ${commit}`;
  const head = ["## Faults", "", `\`npm run test:resilience\` on ${machine}.`, "", "| fault | measured |"];
  await writeSection("resilience", [...head, "| --- | --- |", ...lines].join("\n"));
}
