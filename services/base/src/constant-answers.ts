import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

declare module "fastify" {
  interface FastifyContextConfig {
    /**
     * The path always has the same answer, which is made once and kept. If it is made from an
     * object that can be replaced, such as the model, this function returns that object.
     */
    constant?: true | (() => object);
  }
}

interface Answer {
  etag: string;
  type: string;
  body: Buffer;
  headers: Record<string, string>;
}

type Answers = Map<string, Answer>;

/** The routes have fewer files than this. The limit is a second safeguard. */
const MAX_ANSWERS = 500;
/**
 * The headers of the first answer that later answers repeat. All other headers are set for every
 * answer.
 */
const KEPT = ["content-security-policy", "cache-control"];
const CONSTANT = /^\/(openapi\.yaml|docs(\/.*)?)$/;

/**
 * Answers requests for constant content from memory, with an ETag, and with 304 if the client has
 * it.
 */
export function keepConstantAnswers(app: FastifyInstance): void {
  const ofProcess: Answers = new Map();
  const ofObjects = new WeakMap<object, Answers>();
  // The object at the beginning of the request: an answer is never kept for an object that replaced
  // it.
  const ofRequests = new WeakMap<FastifyRequest, Answers>();
  app.addHook("preHandler", (request, reply, done) => {
    const answers = answersFor(request.routeOptions);
    if (answers === undefined) return done();
    const answer = answers.get(keyOf(request));
    if (answer !== undefined) return send(answer, request, reply);
    ofRequests.set(request, answers);
    done();
  });
  app.addHook("onSend", async (request, reply, payload) => {
    const answers = ofRequests.get(request);
    if (answers === undefined || reply.statusCode !== 200) return payload;
    // The stream of a file is empty for HEAD.
    if (request.method !== "GET" && !isWhole(payload)) return payload;
    const key = keyOf(request);
    if (answers.has(key) || answers.size >= MAX_ANSWERS) return payload;
    const body = isWhole(payload) ? Buffer.from(payload) : await buffer(payload as NodeJS.ReadableStream);
    const headers = KEPT.flatMap((name) => {
      const value = reply.getHeader(name);
      return value === undefined ? [] : [[name, String(value)]];
    });
    const hash = createHash("sha256").update(body).digest("base64url").slice(0, 22);
    const type = String(reply.getHeader("content-type"));
    answers.set(key, { etag: `"${hash}"`, type, body, headers: Object.fromEntries(headers) });
    reply.header("etag", `"${hash}"`).header("content-length", body.length);
    reply.removeHeader("last-modified");
    return body;
  });

  function answersFor({ url, config }: FastifyRequest["routeOptions"]): Answers | undefined {
    if (typeof config.constant !== "function")
      return config.constant || (url !== undefined && CONSTANT.test(url)) ? ofProcess : undefined;
    const source = config.constant();
    const answers = ofObjects.get(source) ?? new Map<string, Answer>();
    ofObjects.set(source, answers);
    return answers;
  }
}

/** The path as the router read it, so that another spelling of it is not kept a second time. */
const keyOf = ({ routeOptions: { url }, params }: FastifyRequest) => JSON.stringify([url, params]);

const isWhole = (payload: unknown): payload is Buffer | string =>
  Buffer.isBuffer(payload) || typeof payload === "string";

function send({ etag, type, body, headers }: Answer, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ ...headers, etag });
  const known = request.headers["if-none-match"]?.split(/ *, */) ?? [];
  if (known.some((one) => one === "*" || one.replace(/^W\//, "") === etag)) reply.code(304).send();
  else reply.type(type).send(body);
}
