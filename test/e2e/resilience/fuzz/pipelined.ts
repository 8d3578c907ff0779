import { readAnswers } from "./answers.ts";
import type { Body } from "./body.ts";
import { headOf, RawConnection } from "./connection.ts";
import { faultOfAll } from "./verdict.ts";

/** Requests that follow one another on a connection; the last says that it is the last. */
export function requestsOf(bodies: Body[]): Buffer {
  return Buffer.concat(
    bodies.flatMap((body, n) => {
      const length = `content-length: ${body.bytes.length}`;
      const lines = n === bodies.length - 1 ? [length, "connection: close"] : [length];
      return [Buffer.from(headOf(body, ...lines)), body.bytes];
    }),
  );
}

/** Sends all requests in one write, without waiting for answers. */
export async function pipelinedFault(
  port: number,
  bodies: Body[],
  limitMs: number,
): Promise<string | undefined> {
  const connection = new RawConnection(port);
  connection.socket.write(requestsOf(bodies));
  return faultOfAll(bodies, readAnswers(await connection.end(limitMs)), false);
}
