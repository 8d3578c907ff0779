import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { short: { type: "boolean", default: false }, "soak-minutes": { type: "string", default: "30" } },
});

/** `--short`: every fault once, for `.ci/run`. Without it: minutes of each, with figures to be quoted. */
export const SHORT: boolean = values.short;
export const SOAK_MINUTES = Number(values["soak-minutes"]);
