import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/**
 * Limits the open connections. A connection above the limit closes the oldest of the first of these
 * kinds:
 *
 *   silent     it has not sent the headers of a request: an attacker opens such by the thousand
 *   receiving  its request's body is still arriving
 *   idle       its requests have been answered
 *
 * If all others are being answered, the new connection is closed. So a client that is being served,
 * or was served, keeps its connection while another client opens too many.
 */
export function limitConnections(app: FastifyInstance, most: number): void {
  const [silent, receiving, idle] = [new Set<Socket>(), new Set<Socket>(), new Set<Socket>()];
  const kinds = [silent, receiving, idle];
  const leave = (socket: Socket) => {
    for (const kind of kinds) kind.delete(socket);
  };
  let open = 0;
  app.server.on("connection", (socket) => {
    open += 1;
    if (open > most) (first(silent) ?? first(receiving) ?? first(idle) ?? socket).destroy();
    silent.add(socket);
    socket.once("close", () => {
      open -= 1;
      leave(socket);
    });
  });
  app.addHook("onRequest", ({ raw: { socket } }, reply, done) => {
    leave(socket);
    receiving.add(socket);
    reply.raw.once("close", () => {
      leave(socket);
      if (!socket.destroyed) idle.add(socket);
    });
    done();
  });
  app.addHook("preHandler", ({ raw: { socket } }, _reply, done) => {
    receiving.delete(socket);
    done();
  });
}

const first = (sockets: Set<Socket>): Socket | undefined => sockets.values().next().value;
