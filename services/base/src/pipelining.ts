import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { fairTurn } from "./fair-turn.ts";

/** A connection with more pending requests than this is closed. */
const MAX_PENDING = 1_000;

/**
 * Pipelining: requests that a client sends without waiting for answers are handled one after the
 * other, alternating with the requests of other connections. Node alone would start them all at
 * once.
 */
export function orderPipelinedRequests(app: FastifyInstance): void {
  const queues = new WeakMap<Socket, { pending: number; last: Promise<void> }>();
  app.addHook("onRequest", (request, reply, done) => {
    const { socket } = request.raw;
    const queue = queues.get(socket) ?? { pending: 0, last: Promise.resolve() };
    queues.set(socket, queue);
    const { last } = queue;
    queue.pending += 1;
    queue.last = new Promise((resolve) => {
      reply.raw.once("close", () => {
        queue.pending -= 1;
        resolve();
      });
    });
    if (queue.pending === 1) done();
    else if (queue.pending > MAX_PENDING) socket.destroy();
    else last.then(() => fairTurn()).then(() => done());
  });
}
