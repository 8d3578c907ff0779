import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    "soak-minutes": { type: "string", default: "30" },
    only: { type: "string" },
  },
});

/**
 * `--short`: every fault once, for `.ci/run`. Without it: minutes of each, with figures to be
 * quoted.
 */
export const SHORT: boolean = values.short;
export const SOAK_MINUTES = Number(values["soak-minutes"]);
/** The faults to run, where not all. */
export const ONLY: string | undefined = values.only;
