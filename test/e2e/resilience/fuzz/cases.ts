import fc from "fast-check";
import { anyBody } from "./bodies.ts";
import type { Body } from "./body.ts";
import { WAY_NAMES } from "./broken.ts";
import { PACES, type Pace } from "./slow-readers.ts";

/** What one client does. */
export type Case =
  | { way: "kept-alive connections"; bodies: [Body] }
  | { way: "pipelining"; bodies: Body[] }
  | { way: "slow readers"; bodies: Body[]; pace: Pace; waitMs: number }
  | { way: "broken on the wire"; bodies: [Body]; name: string };

/** A slow reader that reads late does so within the service's ANSWER_TIMEOUT_MS. */
const LATEST_MS = 1_000;

/** The requests of one connection go to one service. */
const bodiesOfOneService = (minLength: number, maxLength: number) =>
  fc
    .array(anyBody, { minLength, maxLength })
    .map((bodies) => bodies.filter(({ service }) => service === bodies[0]!.service));

/** @param answerTimeoutMs the service's limit for a client that does not read */
export function anyCase(answerTimeoutMs: number): fc.Arbitrary<Case> {
  const oneBody = anyBody.map((body): [Body] => [body]);
  const kept = fc.record({ way: fc.constant("kept-alive connections" as const), bodies: oneBody });
  const pipelined = fc.record({ way: fc.constant("pipelining" as const), bodies: bodiesOfOneService(2, 12) });
  const broken = fc.record({
    way: fc.constant("broken on the wire" as const),
    bodies: oneBody,
    name: fc.constantFrom(...WAY_NAMES),
  });
  const slow = fc
    .record({
      way: fc.constant("slow readers" as const),
      bodies: bodiesOfOneService(1, 3),
      pace: fc.constantFrom(...PACES),
      waitMs: fc.integer({ min: 50, max: LATEST_MS }),
    })
    .map((one) => (one.pace === "never" ? { ...one, waitMs: answerTimeoutMs + one.waitMs } : one));
  return fc.oneof(
    { weight: 30, arbitrary: kept },
    { weight: 2, arbitrary: pipelined },
    { weight: 1, arbitrary: slow },
    { weight: 1, arbitrary: broken },
  );
}
