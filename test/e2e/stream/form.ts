import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    only: { type: "string" },
    "soak-minutes": { type: "string", default: "30" },
  },
});

/** The short form is for every run of CI; the long one for figures. */
export const SHORT = values.short;
export const ONLY = values.only;
export const SOAK_MINUTES = Number(values["soak-minutes"]);

/** One size for each form. */
export function size(short: number, long: number): number {
  return SHORT ? short : long;
}
