import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Node limits the time for receiving a request, for the whole server. A stream has no length and
 * limits its own pauses, so while its body arrives this one error is ignored for its connection.
 * Node measures the connection's next request anew.
 */
export function exemptStreams(server: Server): (request: IncomingMessage) => void {
  const streaming = new WeakSet<Socket>();
  const handlers = server.listeners("clientError") as ((error: Error, socket: Socket) => void)[];
  server.removeAllListeners("clientError");
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code === "ERR_HTTP_REQUEST_TIMEOUT" && streaming.has(socket as Socket)) return;
    for (const handle of handlers) handle(error, socket as Socket);
  });
  return (request) => {
    const socket: Socket | null = request.socket;
    if (socket === null) return; // the client has disconnected
    streaming.add(socket);
    request.once("close", () => streaming.delete(socket));
  };
}
