import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    "soak-minutes": { type: "string", default: "30" },
    only: { type: "string" },
  },
});

/** `--short`: every fault once, for `.ci/run`. Without it: minutes of each, with figures to be quoted. */
export const SHORT: boolean = values.short;
export const SOAK_MINUTES = Number(values["soak-minutes"]);
/** The faults asked for, in their order; all unless `--only` names some. */
export function chosen(faults: readonly string[]): string[] {
  const names = values.only?.split(",") ?? faults;
  const unknown = names.filter((name) => !faults.includes(name));
  if (unknown.length > 0) throw new Error(`--only: expected ${faults.join(",")}, got ${unknown}`);
  return faults.filter((fault) => names.includes(fault));
}
