import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/**
 * Bounds the open connections. One more than that closes the connection that is worth least, the
 * oldest first:
 *
 *   silent     it has sent no whole head yet: what an attacker opens by the thousand
 *   receiving  its request's body is still arriving
 *   idle       it was answered before, and asks nothing now
 *
 * If all others are being answered, the new one is closed. So a client that is served, or was,
 * keeps its connection while somebody else opens more of them than there is room for.
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
