import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { COMMON_PROBLEMS, type ProblemTable, problemDocument } from "./problem.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

/** The problems for errors that Node finds before there is a request, or while it arrives. */
const CODES: Record<string, keyof typeof COMMON_PROBLEMS> = {
  ERR_HTTP_REQUEST_TIMEOUT: "request_timeout",
  HPE_HEADER_OVERFLOW: "headers_too_large",
};

/**
 * For Fastify's `clientErrorHandler`: answers with a problem document and closes the connection.
 */
export function refuseConnection(table: ProblemTable) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === "ECONNRESET" || !socket.writable) {
      socket.destroy();
      return;
    }
    const code = CODES[error.code ?? ""] ?? "malformed_request";
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
  };
}
