import { MAX_ERROR_BYTES } from "../../services/base/src/answer-size.ts";
import {
  ENCODING_FACTOR,
  ROW_BYTES,
  ROW_FACTOR,
} from "../../services/sentiment/src/http/file/documentation.ts";
import { MAX_LINE_BYTES } from "../../services/sentiment/src/http/stream/routes.ts";

/** The default of MAX_ANSWER_BYTES. */
const MAX_ANSWER_BYTES = 4_194_304;
const TRAILER_BYTES = 2_048;
const [LF, CR, COMMA] = [0x0a, 0x0d, 0x2c];

/** The documented limit of a stream's answer to a body; every other route has MAX_ANSWER_BYTES. */
const STREAMS: Record<string, (body: Buffer) => number> = {
  "/sentiment/stream": (body) => (lines(body) + 1) * MAX_LINE_BYTES,
  "/sentiment/file": (body) =>
    ENCODING_FACTOR * (ROW_FACTOR * body.length + lines(body) * (columns(body) + ROW_BYTES)) + TRAILER_BYTES,
};

/** The most bytes that the documentation allows for an answer to a body, which is not compressed. */
export function documentedBytes(route: string, status: number, body: Buffer): number {
  if (status >= 400) return MAX_ERROR_BYTES;
  return STREAMS[route]?.(body) ?? MAX_ANSWER_BYTES;
}

/** The lines that a body can have, whatever ends them. */
const lines = (body: Buffer) => 1 + body.reduce((ends, byte) => ends + Number(byte === LF || byte === CR), 0);

/** The cells of the header, if commas separate them. */
function columns(body: Buffer): number {
  const end = body.indexOf(LF);
  const header = end < 0 ? body : body.subarray(0, end);
  return 1 + header.reduce((commas, byte) => commas + Number(byte === COMMA), 0);
}
