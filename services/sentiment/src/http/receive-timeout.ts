import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Node bounds the time a request may take to arrive, for the whole server. A stream has no length and looks
 * after its own pauses, so for its connection that one error is left unanswered.
 */
export function exemptStreams(server: Server): (socket: Socket) => void {
  const streaming = new WeakSet<Socket>();
  const handlers = server.listeners("clientError") as ((error: Error, socket: Socket) => void)[];
  server.removeAllListeners("clientError");
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code === "ERR_HTTP_REQUEST_TIMEOUT" && streaming.has(socket as Socket)) return;
    for (const handle of handlers) handle(error, socket as Socket);
  });
  return (socket) => streaming.add(socket);
}
