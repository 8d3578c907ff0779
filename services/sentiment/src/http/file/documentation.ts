import { problemResponses } from "@undertone/base";
import Type from "typebox";
import { FILE_PROBLEMS, PROBLEMS } from "../errors.ts";

/** A line of JSON Lines that is no JSON is written as a string: a control character then takes six bytes. */
export const ROW_FACTOR = 6;
/** The names and values of the result columns. */
export const ROW_BYTES = 1_024;
/** No encoding takes more bytes for a character that UTF-8 has in one. */
export const ENCODING_FACTOR = 4;

const DESCRIPTION = [
  "The body is the file itself, or a form (multipart/form-data) whose one part is the file. It may be packed with gzip or",
  "zstd, or sent with `content-encoding: gzip`. Its format, delimiter, encoding and line ends are found from its content,",
  "whatever its name or media type; each parameter overrules that. The header `sentiment-detected` says as JSON what was",
  "found. The answer is the same file, byte for byte, with result columns added, as a stream: neither the file nor the",
  "answer is ever held whole. A row that cannot be scored has the code of its fault in the column `sentiment_error`.",
  "\n\nThe summary stands in the trailer `sentiment-summary` and, with `summary=line`, in a last line of JSON (ASCII) after",
  "the file. A fault that is found before the answer begins (64 KiB of it, or one second) is a problem document. After that the",
  "summary line carries the fault, and the connection is closed without the end of the answer, so that a client",
  "notices. With `id`, `GET /sentiment/file/{id}` tells the progress and the outcome.",
  "\n\nRead the answer while you write. For clients that send the whole file first, what comes meanwhile waits on the disk,",
  "up to MAX_SPOOLED_BYTES; after that the service stops reading until results are taken. It ends the request if the",
  "client moves nothing for REQUEST_TIMEOUT_MS, does not end a row within RECEIVE_TIMEOUT_MS, or sends a file that",
  "unpacks to more than 100 times its size.",
  `\n\nA row of the answer has at most ${ROW_FACTOR} times the bytes that it had, one more per column of the header and`,
  `${ROW_BYTES} for its results, all of that times ${ENCODING_FACTOR} where \`outputEncoding\` is another than the file's.`,
].join(" ");

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
      "application/octet-stream": { schema: bytes("Any of these, packed or not.") },
      "multipart/form-data": { schema: form },
    },
  },
  response: {
    200: {
      description: "The same file with result columns. Trailer: `sentiment-summary`.",
      headers: {
        "sentiment-detected": header("What the file turned out to be, as JSON."),
        trailer: header("`sentiment-summary`: the summary as JSON, a FileSummary."),
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
