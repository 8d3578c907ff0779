import type { Preset } from "../preset.ts";

const WARM_UP = 0.3;
const START = 1 / 25;
const END = 1e-3;

/**
 * The learning rate's factor at a step, 0..1. `one-cycle` rises from 1/25 over the first 30 % of
 * the steps and falls to 1/1000, both along a cosine (Smith 2018).
 */
export function rateFactor(schedule: Preset["optimizer"]["schedule"], step: number, steps: number): number {
  if (schedule === "constant") return 1;
  const at = Math.min(1, step / Math.max(1, steps - 1));
  return at < WARM_UP ? cosine(START, 1, at / WARM_UP) : cosine(1, END, (at - WARM_UP) / (1 - WARM_UP));
}

const cosine = (from: number, to: number, share: number) =>
  to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
