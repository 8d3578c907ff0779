import type { FastifyInstance, FastifyRequest } from "fastify";
import { fairTurn } from "./fair-turn.ts";
import { parseJson } from "./json.ts";
import { checkUtf8 } from "./json-body.ts";
import { Problem } from "./problem.ts";
import { unpackedWithin } from "./unpacking.ts";

/** A larger body is parsed in a turn of its own, because parsing blocks the event loop. */
const LARGE_BYTES = 8_192;
/**
 * The rest of a larger body is read in turns, one piece per turn. Otherwise one turn would read
 * megabytes from each of many connections, and everybody else would wait for them. Decompression
 * gives its small pieces in turns of its own.
 */
const READ_AT_ONCE_BYTES = 65_536;

type Payload = NodeJS.ReadableStream & { receivedEncodedLength?: number };

/**
 * Reads a whole body. While it arrives, it is checked against the limit of decompressed bytes, the
 * ratio of compressed bodies, and the process's byte budget. Fastify closes the connection of a
 * refused body.
 */
export async function readBody(request: FastifyRequest, payload: Payload, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let received = 0;
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: unknown) => {
      payload.off("data", take);
      payload.pause();
      chunks.length = 0; // frees the memory before the connection has ended
      reject(error);
    };
    const take = (chunk: Buffer) => {
      received += chunk.length;
      try {
        if (received > maxBytes) throw tooLarge();
        unpackedWithin(received, payload.receivedEncodedLength);
        request.bytes.reserve(chunk.length);
        chunks.push(chunk);
        if (received > READ_AT_ONCE_BYTES && payload.receivedEncodedLength === undefined) {
          payload.pause();
          void fairTurn().then(() => payload.resume());
        }
      } catch (error) {
        refuse(error);
      }
    };
    const cutOff = () => refuse(unreadable());
    payload.on("data", take);
    payload.once("end", () => {
      payload.off("close", cutOff);
      resolve();
    });
    payload.once("error", (error: Error) => refuse(error instanceof Problem ? error : unreadable()));
    payload.once("close", cutOff); // closed without an end before it
    payload.resume(); // a decompressing stream was paused
  });
  if (received > LARGE_BYTES) {
    await fairTurn();
    if (request.bytes.ended) throw unreadable(); // the client has disconnected
  }
  return Buffer.concat(chunks, received);
}

/** Parses bodies of application/json, for every route without a parser of its own. */
export function readJsonBodies(app: FastifyInstance, maxBytes: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", async (request: FastifyRequest, payload: Payload) => {
    const body = await readBody(request, payload, maxBytes);
    checkUtf8(body);
    const value = parseJson(body.toString());
    if (body.length > LARGE_BYTES) await fairTurn("next"); // the comparison with the schema is the next slice
    return value;
  });
}

function tooLarge(): Problem {
  const detail = "The body is larger than this service reads; send fewer items.";
  return new Problem("body_too_large", detail);
}

function unreadable(): Problem {
  return new Problem("invalid_body", "The body could not be read to its end.");
}
