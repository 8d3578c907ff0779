import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { turnOfError } from "./pipelining.ts";
import { COMMON_PROBLEMS, type ProblemTable, problemDocument } from "./problem.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

/** The problems for errors that Node finds before there is a request, or while it arrives. */
const CODES: Record<string, keyof typeof COMMON_PROBLEMS> = {
  ERR_HTTP_REQUEST_TIMEOUT: "request_timeout",
  HPE_HEADER_OVERFLOW: "headers_too_large",
};

/**
 * For Fastify's `clientErrorHandler`: answers with a problem document and closes the connection. It
 * answers after the connection's earlier requests.
 */
export function refuseConnection(table: ProblemTable) {
  const refused = new WeakSet<Socket>();
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    const turn = turnOfError(socket);
    if (error.code === "ECONNRESET" || !socket.writable || turn === "never") {
      socket.destroy();
      return;
    }
    if (refused.has(socket)) return; // Node finds a fault in each further piece
    refused.add(socket);
    const code = CODES[error.code ?? ""] ?? "malformed_request";
    if (turn === "now") refuse(table, code, socket);
    else turn.then(() => refuse(table, code, socket));
  };
}

function refuse(table: ProblemTable, code: keyof typeof COMMON_PROBLEMS, socket: Socket): void {
  const { status, title } = COMMON_PROBLEMS[code];
  const body = JSON.stringify(problemDocument(table, code, title));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "connection: close",
    ...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`),
    "content-type: application/problem+json",
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}
