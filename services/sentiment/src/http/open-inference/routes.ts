import type { IncomingMessage } from "node:http";
import { type App, asProblem, Problem, readBody } from "@undertone/base";
import type { FastifyRequest } from "fastify";
import Type from "typebox";
import { gzipBodies } from "../compression.ts";
import { PROBLEMS, toProblem } from "../errors.ts";
import type { RouteContext } from "../route-context.ts";
import { InferBody, OUTPUTS, readInfer, writeInfer } from "./translation.ts";

const Failure = Type.Object({ error: Type.String() }, { additionalProperties: false });
const failures = Object.fromEntries(
  [400, 401, 403, 404, 413, 415, 421, 429, 500, 503, 504].map((status) => [
    status,
    { ...Failure, description: "The error message." },
  ]),
);
const anything = Type.Unknown();
const TYPES = ["application/json", "application/octet-stream"];
const NO_TEXT = { code: "invalid_item", detail: "The element is not a string of UTF-8." } as const;

/** The Open Inference Protocol v2 as KServe and Triton use it, with the binary tensor extension. */
export async function inferenceRoutes(
  app: App,
  { score, refuseEarly, scorer, model, config }: RouteContext,
): Promise<void> {
  const stats = { success: { count: 0, ns: 0 }, fail: { count: 0, ns: 0 } };
  let inferences = 0;
  let last = 0;
  const schema = (summary: string) => ({
    tags: ["open inference protocol"],
    summary,
    response: {
      200: { ...anything, description: "The response that the Open Inference Protocol defines." },
      ...failures,
    },
  });

  await app.register(async (scope: App) => {
    scope.removeAllContentTypeParsers();
    const read = (request: FastifyRequest, payload: IncomingMessage) =>
      readBody(request, payload, config.maxBodyBytes);
    scope.addContentTypeParser(TYPES, read);
    scope.addContentTypeParser("*", async (request: FastifyRequest, payload: IncomingMessage) => {
      // tritonclient sends no content type for binary tensors. Pages of other sites are refused by
      // origin.
      if (request.headers["content-type"] === undefined) return read(request, payload);
      throw new Problem("unsupported_media_type", `Send ${TYPES.join(" or ")}.`);
    });
    scope.setErrorHandler((error: Parameters<typeof asProblem>[0], request, reply) => {
      const problem = asProblem(error);
      const { status } = PROBLEMS[problem.code as keyof typeof PROBLEMS];
      if (status === 500) request.log.error({ err: error }, "request failed");
      return reply.code(status).headers(problem.headers).send({ error: problem.message });
    });
    const get = (path: string, summary: string, answer: () => unknown) =>
      scope.get(path, { schema: schema(summary) }, async (request) => {
        const { m, v } = request.params as { m?: string; v?: string };
        const { name, version } = m === undefined ? { name: m, version: v } : model();
        if (m !== name || (v !== undefined && v !== version))
          throw new Problem("not_found", "There is no such model.");
        return answer();
      });

    get("/v2", "Get the server's metadata.", () => ({
      name: "undertone",
      version: "1.0.0",
      extensions: ["binary_tensor_data", "model_configuration", "statistics"],
    }));
    get("/v2/health/live", "Check whether the process is alive.", () => ({ live: true }));
    const ready = () => {
      if (scorer.refusal !== undefined) throw toProblem(scorer.refusal);
    };
    get("/v2/health/ready", "Check whether the service accepts work now.", () => {
      ready();
      return { ready: true };
    });
    const text = { name: "text", datatype: "BYTES", shape: [-1] };
    const outputs = Object.entries(OUTPUTS).map(([name, datatype]) => ({ name, datatype, shape: [-1] }));
    for (const base of ["/v2/models/:m", "/v2/models/:m/versions/:v"]) {
      get(base, "Get the model's metadata: its inputs and outputs.", () => {
        const { name, version } = model();
        return { name, versions: [version], platform: "onnxruntime_onnx", inputs: [text], outputs };
      });
      get(`${base}/ready`, "Check whether the model accepts work now.", () => {
        ready();
        return { name: model().name, ready: true };
      });
      get(`${base}/config`, "Get the model's configuration in Triton's format.", () => {
        const type = { BYTES: "TYPE_STRING", FP32: "TYPE_FP32", BOOL: "TYPE_BOOL" };
        return {
          name: model().name,
          platform: "onnxruntime_onnx",
          max_batch_size: 0, // the first dimension of the tensors is the batch
          input: [{ name: "text", data_type: "TYPE_STRING", dims: [-1] }],
          output: Object.entries(OUTPUTS).map(([name, kind]) => ({
            name,
            data_type: type[kind],
            dims: [-1],
          })),
        };
      });
      get(`${base}/stats`, "Get the model's statistics, with times in nanoseconds.", () => ({
        model_stats: [
          {
            ...model(),
            last_inference: last,
            inference_count: inferences,
            execution_count: stats.success.count,
            inference_stats: stats,
          },
        ],
      }));
      const options = {
        schema: {
          ...schema("Score texts."),
          body: { content: { "application/json": { schema: InferBody } } },
        },
        validatorCompiler: () => () => true, // a binary body is read before it can be checked
        ...gzipBodies,
        ...refuseEarly,
      };
      scope.post(`${base}/infer`, options, async (request, reply) => {
        const { m, v } = request.params as { m: string; v?: string };
        const { name, version } = model();
        if (m !== name || (v !== undefined && v !== version))
          throw new Problem("not_found", "There is no such model.");
        const header = request.headers["inference-header-content-length"];
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const length = header === undefined ? undefined : Number(header);
        if (length !== undefined && !(Number.isInteger(length) && length >= 0 && length <= body.length))
          throw new Problem(
            "invalid_body",
            `Inference-Header-Content-Length: expected a whole number from 0 to ${body.length}.`,
          );
        const { request: asked, texts } = readInfer(body, length);
        if (texts.length > config.maxBatchItems)
          throw new Problem(
            "body_too_large",
            `inputs[0]: expected at most ${config.maxBatchItems} texts, got ${texts.length}.`,
          );
        const start = performance.now();
        const tally = (of: { count: number; ns: number }) => {
          of.count += 1;
          of.ns += Math.round((performance.now() - start) * 1e6);
        };
        const scored = await score(
          texts.filter((text) => text !== undefined),
          request,
          reply,
        ).catch((error) => {
          tally(stats.fail);
          throw error;
        });
        tally(stats.success);
        inferences += texts.length;
        last = Date.now();
        let next = 0;
        const outcomes = texts.map((text) => (text === undefined ? NO_TEXT : scored.outcomes[next++]!));
        const answer = writeInfer(asked, outcomes, scored.model);
        if (answer.headerLength === undefined) return reply.type("application/json").send(answer.body);
        reply.header("inference-header-content-length", answer.headerLength);
        return reply.type("application/octet-stream").send(answer.body);
      });
    }
  });
}
