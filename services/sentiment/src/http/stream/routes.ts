import { Readable } from "node:stream";
import { type App, Problem, problemResponses } from "@undertone/base";
import { Compile } from "typebox/compile";
import { gzipBodies } from "../compression.ts";
import { PROBLEMS } from "../errors.ts";
import { Exchange } from "../exchange.ts";
import { exemptStreams } from "../receive-timeout.ts";
import type { RouteContext } from "../route-context.ts";
import { BatchItem, ScoringQuery, StreamAnswer } from "../schemas.ts";
import { answerStream } from "./response.ts";

const TYPE = "application/x-ndjson";
/** The longest line of an answer: an id of 200 characters and a `detail`, each character of at most six bytes in JSON. */
export const MAX_LINE_BYTES = 4_096;
const scoringQuery = Compile(ScoringQuery);

const DESCRIPTION = [
  "Each line of the body is an item as in a batch. Each line of the answer is the result of one input line,",
  "in order, with its line number. Blank lines get no result. The last line is the summary; if it is missing,",
  "the answer was cut off. Read the answer while you write: the service holds MAX_STREAM_HELD of a stream,",
  "then it stops reading until results are taken. It ends the stream if the client moves nothing for",
  "REQUEST_TIMEOUT_MS, does not end a line within RECEIVE_TIMEOUT_MS, sends more than 1 MiB of blank lines,",
  "sends more than 1,000 lines in a row that cannot be read, or sends a body that unpacks to more than 100",
  "times its size or to more lines than it has bytes (any body may hold 2 MiB and 100,000 lines). A line that",
  "is answered with an error counts as one token for RATE_LIMIT_PER_MINUTE. A line of the answer has at most",
  `${MAX_LINE_BYTES} bytes.`,
].join(" ");

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
      // Fastify reports a client that went before the answer began as a fault of the answer.
      throw reply.raw.destroyed ? new Problem("deadline_exceeded", PROBLEMS.deadline_exceeded.title) : error;
    });
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(TYPE, (_request, payload, done) => done(null, payload));
    scope.addContentTypeParser("*", (_request, _payload, done) =>
      done(new Problem("unsupported_media_type", `Send ${TYPE}.`)),
    );
    // Lines are checked one by one as they come: there is no whole body to check.
    const options = { schema, validatorCompiler: () => () => true, ...gzipBodies };
    scope.post("/sentiment/stream", options, (request, reply) => {
      const body = request.body as unknown as Readable | undefined;
      if (body === undefined) throw new Problem("invalid_body", `Send ${TYPE}.`);
      const { query } = request;
      if (!scoringQuery.Check(query)) throw new Problem("invalid_body", "unscorable must be warn or refuse.");
      request.bytes.reserve(context.config.maxStreamHeld);
      exempt(request.raw);
      const exchange = new Exchange(request, reply);
      // The body is not destroyed when its reading ends early: it shares the socket with the answer.
      const source: AsyncIterable<Buffer> = body.iterator({ destroyOnReturn: false });
      const lines = answerStream(source, context, request, exchange.signal, query);
      const taken = exchange.untilNotTaken(lines, context.config.requestTimeoutMs);
      // One piece of the answer at a time: the next is made when this one is written.
      return reply.type(TYPE).send(Readable.from(taken, { objectMode: true, highWaterMark: 1 }));
    });
  });
}
