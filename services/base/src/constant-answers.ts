import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

declare module "fastify" {
  interface FastifyContextConfig {
    /**
     * The same path is always answered with the same bytes: they are made once and kept. If they
     * are made from an object that can be replaced, such as the model, this returns that object.
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

/**
 * More paths than the routes have files cannot be answered with 200; this is only a second bound.
 */
const MAX_ANSWERS = 500;
/**
 * Headers of the first answer that the later ones repeat; the rest is set for every answer anyway.
 */
const KEPT = ["content-security-policy", "cache-control"];
const CONSTANT = /^\/(openapi\.yaml|docs(\/.*)?)$/;

/**
 * Answers from memory what never changes while the process runs, with an ETag; 304 where the client
 * has it.
 */
export function keepConstantAnswers(app: FastifyInstance): void {
  const ofProcess: Answers = new Map();
  const ofObjects = new WeakMap<object, Answers>();
  // What the request began with: an answer is never kept for an object that replaced its own.
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
    // A file's stream is empty for HEAD.
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

/** As the router read the path: another spelling of it is not kept a second time. */
const keyOf = ({ routeOptions: { url }, params }: FastifyRequest) => JSON.stringify([url, params]);

const isWhole = (payload: unknown): payload is Buffer | string =>
  Buffer.isBuffer(payload) || typeof payload === "string";

function send({ etag, type, body, headers }: Answer, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ ...headers, etag });
  const known = request.headers["if-none-match"]?.split(/ *, */) ?? [];
  if (known.some((one) => one === "*" || one.replace(/^W\//, "") === etag)) reply.code(304).send();
  else reply.type(type).send(body);
}
