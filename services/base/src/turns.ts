import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { fairTurn } from "./fair-turn.ts";

/** A connection with more pending requests than this is closed. */
const MAX_WAITING = 1_000;

/**
 * Pipelining: requests that a client sends without waiting for answers are handled one after the
 * other, alternating with the requests of other connections. Node alone would start them all at
 * once.
 */
export function takeTurns(app: FastifyInstance): void {
  const lines = new WeakMap<Socket, { waiting: number; last: Promise<void> }>();
  app.addHook("onRequest", (request, reply, done) => {
    const { socket } = request.raw;
    const line = lines.get(socket) ?? { waiting: 0, last: Promise.resolve() };
    lines.set(socket, line);
    const { last } = line;
    line.waiting += 1;
    line.last = new Promise((resolve) => {
      reply.raw.once("close", () => {
        line.waiting -= 1;
        resolve();
      });
    });
    if (line.waiting === 1) done();
    else if (line.waiting > MAX_WAITING) socket.destroy();
    else last.then(() => fairTurn()).then(() => done());
  });
}
