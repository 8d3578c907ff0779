import { problemResponses } from "@undertone/base";
import Type from "typebox";
import { FILE_PROBLEMS, PROBLEMS } from "../errors.ts";

/**
 * A JSON line that is not JSON is written as a JSON string, in which a control character takes six
 * bytes.
 */
export const ROW_FACTOR = 6;
/** The most bytes of the names and values of the result columns in one row. */
export const ROW_BYTES = 1_024;
/** No encoding takes more than four bytes for a character that takes one byte in UTF-8. */
export const ENCODING_FACTOR = 4;

const DESCRIPTION = [
  [
    "The body is the file itself, or a form (multipart/form-data) with the file as its only part.",
    "The file may be compressed with gzip or zstd, or sent with `content-encoding: gzip`. The",
    "service detects the format, delimiter, encoding and line ends from the content, and not from",
    "the name or media type. Each parameter overrules the detection. The header",
    "`sentiment-detected` gives what was detected, as JSON.",
  ].join(" "),
  [
    "The answer is the same file with result columns added; the columns of the file come back byte",
    "for byte. It is streamed: the service never holds the whole file or the whole answer. A row",
    "that cannot be scored has its error code in the column `sentiment_error`.",
  ].join(" "),
  [
    "The trailer `sentiment-summary` has the summary. With `summary=line` the answer also ends",
    "with it, as one line of JSON (ASCII). The answer begins when 64 KiB of results are ready, or",
    "after one second. A fault before that is answered with a problem document. After it, the",
    "summary line has the fault, and the service closes the connection without ending the answer,",
    "so that the client notices. With `id`, `GET /sentiment/file/{id}` shows the progress and the",
    "outcome.",
  ].join(" "),
  [
    "Read the answer while you send. For clients that send the whole file before they read, the",
    "service keeps the received part on disk, up to MAX_SPOOLED_BYTES. Then it stops reading until",
    "the client receives results. It ends the request if the client neither sends nor receives",
    "anything for REQUEST_TIMEOUT_MS, does not end a row within RECEIVE_TIMEOUT_MS, or sends a",
    "file that decompresses to more than 100 times its size.",
  ].join(" "),
  [
    `A row of the answer has at most ${ROW_FACTOR} times its bytes in the file, plus 1 byte per column`,
    `of the header, plus ${ROW_BYTES} bytes for its results. If \`outputEncoding\` differs from the`,
    `file's encoding, the limit is ${ENCODING_FACTOR} times as large.`,
  ].join(" "),
].join("\n\n");

const bytes = (description: string) => Type.String({ format: "binary", description });
const TABLES = {
  "text/csv": { schema: bytes("CSV with any delimiter.") },
  "text/tab-separated-values": { schema: bytes("CSV with tabs.") },
  "application/x-ndjson": { schema: bytes("JSON Lines: one object per line.") },
  "application/json": { schema: bytes("An array of objects.") },
};
const form = Type.Object({ file: bytes("The file.") });
const header = (description: string) => ({ ...Type.String(), description });

export const documentation = {
  tags: ["sentiment"],
  summary: "Score a file: CSV, TSV, JSON Lines or a JSON array.",
  description: DESCRIPTION,
  body: {
    content: {
      ...TABLES,
      "application/octet-stream": { schema: bytes("Any of these formats, compressed or not.") },
      "multipart/form-data": { schema: form },
    },
  },
  response: {
    200: {
      description: "The same file with result columns. Trailer: `sentiment-summary`.",
      headers: {
        "sentiment-detected": header("The detected format, delimiter, encoding and so on, as JSON."),
        trailer: header("`sentiment-summary`: a FileSummary as JSON."),
      },
      content: TABLES,
    },
    ...problemResponses(PROBLEMS, [
      ...(Object.keys(FILE_PROBLEMS) as (keyof typeof FILE_PROBLEMS)[]),
      "invalid_body",
      "invalid_query",
      "request_timeout",
      "body_too_large",
      "unsupported_media_type",
      "internal",
      "draining",
      "deadline_exceeded",
    ]),
  },
};
