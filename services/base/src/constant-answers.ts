import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The same path is always answered with the same bytes: they are made once and kept. */
    constant?: boolean;
  }
}

interface Answer {
  etag: string;
  type: string;
  body: Buffer;
  headers: Record<string, string>;
}

/** More paths than the routes have files cannot be answered with 200; this is only a second bound. */
const MAX_ANSWERS = 500;
/** Headers of the first answer that the later ones repeat; the rest is set for every answer anyway. */
const KEPT = ["content-security-policy", "cache-control"];
const CONSTANT = /^\/(openapi\.yaml|docs(\/.*)?)$/;

/** Answers from memory what never changes while the process runs, with an ETag; 304 where the client has it. */
export function keepConstantAnswers(app: FastifyInstance): void {
  const answers = new Map<string, Answer>();
  app.addHook("preHandler", (request, reply, done) => {
    const answer = isConstant(request) ? answers.get(pathOf(request)) : undefined;
    if (answer === undefined) done();
    else send(answer, request, reply);
  });
  app.addHook("onSend", async (request, reply, payload) => {
    if (!isConstant(request) || reply.statusCode !== 200 || request.method !== "GET") return payload;
    const path = pathOf(request);
    if (answers.has(path) || answers.size >= MAX_ANSWERS) return payload;
    const body = await bytesOf(payload);
    const headers = KEPT.flatMap((name) => {
      const value = reply.getHeader(name);
      return value === undefined ? [] : [[name, String(value)]];
    });
    const hash = createHash("sha256").update(body).digest("base64url").slice(0, 22);
    const type = String(reply.getHeader("content-type"));
    answers.set(path, { etag: `"${hash}"`, type, body, headers: Object.fromEntries(headers) });
    reply.header("etag", `"${hash}"`).header("content-length", body.length);
    reply.removeHeader("last-modified");
    return body;
  });
}

function isConstant({ routeOptions: { url, config } }: FastifyRequest): boolean {
  return config.constant === true || (url !== undefined && CONSTANT.test(url));
}

const pathOf = ({ url }: FastifyRequest) => url.split("?", 1)[0]!;

function send({ etag, type, body, headers }: Answer, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ ...headers, etag });
  const known = request.headers["if-none-match"]?.split(/ *, */) ?? [];
  if (known.some((one) => one === "*" || one.replace(/^W\//, "") === etag)) reply.code(304).send();
  else reply.type(type).send(body);
}

async function bytesOf(payload: unknown): Promise<Buffer> {
  if (Buffer.isBuffer(payload)) return payload;
  return typeof payload === "string" ? Buffer.from(payload) : buffer(payload as NodeJS.ReadableStream);
}
