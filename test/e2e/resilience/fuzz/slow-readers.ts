import { setTimeout as sleep } from "node:timers/promises";
import { readAnswers } from "./answers.ts";
import type { Body } from "./body.ts";
import { RawConnection } from "./connection.ts";
import { requestsOf } from "./pipelined.ts";
import { faultOfAll } from "./verdict.ts";

/** A large answer that costs the service nothing; several fill every buffer on the way. */
const LARGE = "/docs/static/swagger-ui-bundle.js";
const LARGE_ANSWERS = 4;
const LARGE_REQUESTS = Buffer.from(`GET ${LARGE} HTTP/1.1\r\nhost: localhost\r\n\r\n`.repeat(LARGE_ANSWERS));
const SIP_MS = 2;
/** After so many it reads the rest at once: this process is slow itself on a busy machine. */
const SIPS = 20;

/**
 * late: reads nothing for a while, and then everything. sips: pauses after each piece. never: reads
 * nothing until the service must have closed the connection. gone: reads nothing and disconnects.
 */
export const PACES = ["late", "late", "sips", "sips", "gone", "never"] as const;
export type Pace = (typeof PACES)[number];

/** The requests of a slow reader, those for large answers included. */
export const requestsOfSlowReader = (bodies: Body[]): number => bodies.length + LARGE_ANSWERS;

/** Sends requests whose answers do not fit into the buffers on the way, and reads them slowly. */
export async function slowReaderFault(
  port: number,
  bodies: Body[],
  { pace, waitMs }: { pace: Pace; waitMs: number },
  { limitMs, answerTimeoutMs }: { limitMs: number; answerTimeoutMs: number },
): Promise<string | undefined> {
  const connection = new RawConnection(port);
  const { socket } = connection;
  const begun = performance.now();
  socket.pause();
  socket.write(Buffer.concat([LARGE_REQUESTS, requestsOf(bodies)]));
  let sips = 0;
  if (pace === "sips")
    socket.on("data", () => {
      sips += 1;
      if (sips > SIPS) return;
      socket.pause();
      setTimeout(() => socket.resume(), SIP_MS);
    });
  else await sleep(waitMs);
  if (pace === "gone") socket.resetAndDestroy();
  else socket.resume();
  const answers = readAnswers(await connection.end(limitMs));
  if (pace === "gone") return undefined;
  // On a busy machine another reader may be too slow, too.
  const cut = pace === "never" || performance.now() - begun > answerTimeoutMs / 2;
  const large = answers.slice(0, LARGE_ANSWERS);
  const bad = large.find(({ status, whole }) => status !== 200 || !(whole || cut));
  if (bad !== undefined) return `a large answer with ${bad.status}, ${bad.whole ? "whole" : "cut"}`;
  if (large.length < LARGE_ANSWERS || !large.at(-1)!.whole)
    return cut ? undefined : `${large.length} of ${LARGE_ANSWERS} large answers`;
  return faultOfAll(bodies, answers.slice(LARGE_ANSWERS), cut);
}
