import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    only: { type: "string" },
    "soak-minutes": { type: "string", default: "30" },
  },
});

/** CI runs the short form. The long form gives the published figures. */
export const SHORT = values.short;
export const ONLY = values.only;
export const SOAK_MINUTES = Number(values["soak-minutes"]);

/** The size for the form of this run. */
export function size(short: number, long: number): number {
  return SHORT ? short : long;
}
