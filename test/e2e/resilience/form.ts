import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    "soak-minutes": { type: "string", default: "30" },
    only: { type: "string" },
    seed: { type: "string", default: "1" },
    requests: { type: "string" },
  },
});

/**
 * `--short`: every fault once, for `.ci/run`. Without it: minutes of each, with figures to be
 * quoted.
 */
export const SHORT: boolean = values.short;
export const SOAK_MINUTES = Number(values["soak-minutes"]);
/** What the fuzzer draws its requests from: the same seed gives the same requests. */
export const SEED = Number(values.seed);
/** How many requests the fuzzer sends. */
export const REQUESTS = Number(values.requests ?? (SHORT ? 3_000 : 100_000));
/** The faults to run, where not all. */
export const ONLY: string | undefined = values.only;
