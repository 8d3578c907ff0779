import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./client.ts";

/** Sends a request and resolves with the answer. */
export type Send = () => Promise<Answer>;

/** How often due requests are sent, in milliseconds. */
const TICK_MS = 5;

export interface Answered {
  at: number; // performance.now() when the answer was there
  answer: Answer | Error;
}

/**
 * Sends requests at a fixed rate, whatever the service does. Resolves with all answers when the last
 * one is there.
 */
export async function openLoop(send: Send, perSecond: number, seconds: number): Promise<Answered[]> {
  const pending: Promise<Answered>[] = [];
  const begun = performance.now();
  const total = Math.round(perSecond * seconds);
  while (pending.length < total) {
    const due = Math.min(total, Math.ceil(((performance.now() - begun) / 1000) * perSecond));
    while (pending.length < due) pending.push(timed(send));
    await sleep(TICK_MS);
  }
  return Promise.all(pending);
}

/** Runs `clients` clients, each of which sends its next request when the last one is answered. */
export async function closedLoop(send: Send, clients: number, seconds: number): Promise<Answered[]> {
  const end = performance.now() + seconds * 1000;
  const each = Array.from({ length: clients }, async () => {
    const answered: Answered[] = [];
    while (performance.now() < end) answered.push(await timed(send));
    return answered;
  });
  return (await Promise.all(each)).flat();
}

async function timed(send: Send): Promise<Answered> {
  const answer = await send().catch((error: Error) => error);
  return { at: performance.now(), answer };
}

/** The quantile `p` (0..1) of the values; 0.5 is the median. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}

/** The answers per second with a status between two moments. */
export function rate(answered: readonly Answered[], status: number, from: number, to: number): number {
  const counted = answered.filter(
    ({ at, answer }) => !(answer instanceof Error) && answer.status === status && at >= from && at < to,
  );
  return (counted.length * 1000) / (to - from);
}
