import { Readable } from "node:stream";
import { type App, describeFaults, Problem, problemResponses } from "@undertone/base";
import { Compile } from "typebox/compile";
import { gzipBodies } from "../compression.ts";
import { PROBLEMS } from "../errors.ts";
import { Exchange } from "../exchange.ts";
import { exemptStreams } from "../receive-timeout.ts";
import type { RouteContext } from "../route-context.ts";
import { BatchItem, ScoringQuery, StreamAnswer } from "../schemas.ts";
import { answerStream } from "./response.ts";

const TYPE = "application/x-ndjson";
/**
 * The longest line of an answer: an id of 200 characters and a `detail`, each character of at most
 * six bytes in JSON.
 */
export const MAX_LINE_BYTES = 4_096;
const scoringQuery = Compile(ScoringQuery);

const DESCRIPTION = [
  [
    "Each line of the body is an item as in a batch. Each line of the answer is the result of one",
    "input line, in order, with its line number. Blank lines get no result. The last line is the",
    "summary. If it is missing, the answer was cut off.",
  ].join(" "),
  [
    "Read the answer while you send: when the service holds MAX_STREAM_HELD of a stream, it stops",
    "reading until the client has received results. A line that gets an error counts as one token",
    `for RATE_LIMIT_PER_MINUTE. A line of the answer has at most ${MAX_LINE_BYTES} bytes.`,
  ].join(" "),
  "The service ends the stream, with the reason in the summary, if the client",
  [
    "- neither sends nor receives anything for REQUEST_TIMEOUT_MS;",
    "- does not end a line within RECEIVE_TIMEOUT_MS;",
    "- sends more than 1 MiB of blank lines;",
    "- sends more than 1,000 lines in a row that cannot be read;",
    "- sends a compressed body that decompresses to more than 2 MiB and more than 100 times its size;",
    "- sends a compressed body with more than 100,000 lines and more lines than it has bytes.",
  ].join("\n"),
].join("\n\n");

export async function sentimentStreamRoute(app: App, context: RouteContext): Promise<void> {
  const exempt = exemptStreams(app.server);
  const schema = {
    tags: ["sentiment"],
    summary: "Score any number of texts, one per line.",
    description: DESCRIPTION,
    body: { content: { [TYPE]: { schema: BatchItem } } },
    response: {
      200: {
        description: "The response has one result per input line, followed by a summary line.",
        content: { [TYPE]: { schema: StreamAnswer } },
      },
      ...problemResponses(PROBLEMS, [
        "invalid_body",
        "invalid_query",
        "unsupported_media_type",
        "internal",
        "draining",
      ]),
    },
  };
  await app.register(async (scope) => {
    scope.setErrorHandler((error, _request, reply) => {
      // If the client disconnects before the answer begins, Fastify reports an error of the answer.
      throw reply.raw.destroyed ? new Problem("deadline_exceeded", PROBLEMS.deadline_exceeded.title) : error;
    });
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(TYPE, (_request, payload, done) => done(null, payload));
    scope.addContentTypeParser("*", (_request, _payload, done) =>
      done(new Problem("unsupported_media_type", `Send ${TYPE}.`)),
    );
    // The body is checked line by line as it arrives.
    const options = { schema, validatorCompiler: () => () => true, ...gzipBodies };
    scope.post("/sentiment/stream", options, (request, reply) => {
      const body = request.body as unknown as Readable | undefined;
      if (body === undefined) throw new Problem("invalid_body", `Send ${TYPE}.`);
      const { query } = request;
      if (!scoringQuery.Check(query)) {
        const fault = describeFaults(scoringQuery.Errors(query), query, ScoringQuery, "the query");
        throw new Problem("invalid_query", `${fault}.`);
      }
      request.bytes.reserve(context.config.maxStreamHeld);
      exempt(request.raw);
      const exchange = new Exchange(request, reply);
      // The body shares its socket with the answer, so it must survive when reading ends early.
      const source: AsyncIterable<Buffer> = body.iterator({ destroyOnReturn: false });
      const lines = answerStream(source, context, request, exchange.signal, query);
      const taken = exchange.untilNotReceived(lines, context.config.requestTimeoutMs);
      // The next piece of the answer is made when the current one has been written.
      return reply.type(TYPE).send(Readable.from(taken, { objectMode: true, highWaterMark: 1 }));
    });
  });
}
