import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { fairTurn } from "./fair-turn.ts";

/** A connection with more pending requests than this is closed. */
const MAX_PENDING = 1_000;

/** The unanswered requests of one connection. */
interface Queue {
  pending: number;
  newest?: { request: IncomingMessage; answer: ServerResponse };
  /** Resolves when all requests before the newest have been answered. */
  before: Promise<void>;
  /** Resolves when the newest has been answered, too. */
  last: Promise<void>;
}

const queues = new WeakMap<Socket, Queue>();

/**
 * Pipelining: requests that a client sends without waiting for answers are handled one after the
 * other, alternating with the requests of other connections. Node alone would start them all at
 * once.
 */
export function orderPipelinedRequests(app: FastifyInstance): void {
  app.addHook("onRequest", (request, reply, done) => {
    const { socket } = request.raw;
    const nothing = Promise.resolve();
    const queue: Queue = queues.get(socket) ?? { pending: 0, before: nothing, last: nothing };
    queues.set(socket, queue);
    const { last } = queue;
    queue.pending += 1;
    queue.newest = { request: request.raw, answer: reply.raw };
    queue.before = last;
    queue.last = new Promise((resolve) => {
      reply.raw.once("close", () => {
        queue.pending -= 1;
        resolve();
      });
    });
    if (queue.pending === 1) done();
    else if (queue.pending > MAX_PENDING) socket.destroy();
    else
      last.then(async () => {
        await fairTurn();
        // Nobody waits for an answer when the connection has ended, so the request ends here.
        if (!socket.destroyed) done();
      });
  });
}

/**
 * When an error may be written that Node found in a connection's bytes: `now`, or after the answers
 * to the requests that came before these bytes, or `never`, if they belong to a request whose
 * answer has begun. Otherwise a client would take the error for the answer to an earlier request.
 */
export function turnOfError(socket: Socket): "now" | "never" | Promise<void> {
  const queue = queues.get(socket);
  if (queue?.newest === undefined || queue.pending === 0) return "now";
  const { request, answer } = queue.newest;
  if (request.complete) return queue.last;
  if (answer.headersSent) return "never";
  return queue.pending === 1 ? "now" : queue.before;
}
