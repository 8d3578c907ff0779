import Type from "typebox";
import { MAX_ERROR_BYTES } from "./answer-size.ts";

/** The settings of every HTTP service. Each service spreads them into its own schema. */
export const httpSettings = (port: number) => ({
  host: Type.String({ minLength: 1, default: "127.0.0.1", description: "The address to listen on." }),
  port: Type.Integer({
    minimum: 0,
    maximum: 65535,
    default: port,
    description: "The port. 0 means any free port.",
  }),
  logLevel: Type.Enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"], {
    default: "info",
    description: "The lowest level that is logged.",
  }),
  apiKeys: Type.String({
    pattern: "^$|^[!-+\\--~]{16,}(,[!-+\\--~]{16,})*$",
    expected: "keys of at least 16 characters, separated by commas",
    default: "",
    secret: true,
    description: [
      "The accepted keys, sent as `Authorization: Bearer KEY` or `x-api-key: KEY`. If empty, no",
      "key is needed.",
    ].join(" "),
  }),
  allowedHosts: Type.String({
    pattern: "^$|^[A-Za-z0-9._-]+(,[A-Za-z0-9._-]+)*$",
    expected: "host names separated by commas",
    default: "",
    description: [
      "Host names under which the service answers, besides loopback names and IP addresses. A",
      "request under another name gets 421. If API_KEYS is set and this is empty, the service",
      "accepts every name.",
    ].join(" "),
  }),
  allowedOrigins: Type.String({
    pattern: "^$|^https?://[^@/,\\s]+(,https?://[^@/,\\s]+)*$",
    expected: "origins such as https://app.example, separated by commas",
    default: "",
    description: [
      "Origins whose web pages may use the service (CORS). A request from another page gets 403,",
      "unless it only reads.",
    ].join(" "),
  }),
  rateLimitPerMinute: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: 0,
    description: [
      "The cost that one key may spend per minute; without keys, that one client address may",
      "spend. A request costs 1, plus 1 per 1,000 tokens that the model reads for it. Above the",
      "limit the answer is 429. 0 means no limit.",
    ].join(" "),
  }),
  openRateLimitPerMinute: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: 6_000,
    description: [
      "Requests per minute from one client address to routes that need no key: the",
      "documentation, the page, and /metrics, which counts as 10. Above the limit the answer is",
      "429. /livez and /readyz do not count. 0 means no limit.",
    ].join(" "),
  }),
  trustedProxies: Type.Integer({
    minimum: 0,
    maximum: 16,
    default: 0,
    description:
      "The number of proxies in front of the service whose X-Forwarded-For gives the client's address.",
  }),
  headersTimeoutMs: Limit(
    60_000,
    10_000,
    "Time limit for a client to send its headers, in milliseconds. After it the answer is 408.",
  ),
  receiveTimeoutMs: Limit(
    600_000,
    20_000,
    "Time limit for a client to send a whole request, in milliseconds. After it the answer is 408.",
  ),
  answerTimeoutMs: Limit(
    600_000,
    30_000,
    "Time limit for a client to receive a whole answer, in milliseconds. After it the connection is closed.",
  ),
  maxConnections: Limit(
    100_000,
    1_024,
    [
      "Maximum number of open connections. One more closes the oldest connection that has sent no",
      "request, else the oldest whose request is still arriving, else the oldest idle one, else",
      "itself.",
    ].join(" "),
  ),
  maxBytesInFlight: Type.Integer({
    minimum: 0,
    maximum: 1_099_511_627_776,
    default: 0,
    description: [
      "Maximum number of bytes that all requests and unsent answers hold together. Above the",
      "limit the answer is 503, before the body is read. 0 means a sixteenth of the container's",
      "memory or an eighth of the JavaScript heap, whichever is less, but at least four times",
      "MAX_BODY_BYTES.",
    ].join(" "),
  }),
  maxAnswerBytes: Limit(
    268_435_456,
    4_194_304,
    [
      `Maximum size of an answer, in bytes. An error has at most ${MAX_ERROR_BYTES} bytes. A streamed`,
      "answer has no limit as a whole; its route gives the limit of each line.",
    ].join(" "),
  ),
  otelExporterOtlpEndpoint: Type.String({
    pattern: "^$|^https?://",
    expected: "an http or https address",
    default: "",
    secret: "address",
    description: "The address for traces (OTLP over HTTP, JSON). If empty, no traces are sent.",
  }),
  maxBodyBytes: Limit(268_435_456, 4_194_304, "Maximum size of a request body, in bytes."),
  maxTextLength: Limit(10_000_000, 100_000, "Maximum length of a text, in UTF-16 units."),
  maxBatchItems: Limit(1_000, 1_000, "Maximum number of items in a batch."),
  requestTimeoutMs: Limit(
    600_000,
    20_000,
    "Time limit for a request, in milliseconds. After it the answer is 504.",
  ),
});

const HttpSettings = Type.Object(httpSettings(0));
export type HttpConfig = Readonly<Type.Static<typeof HttpSettings>>;

/** A whole number from 1 to `maximum`. */
export function Limit(maximum: number, value: number, description: string) {
  return Type.Integer({ minimum: 1, maximum, default: value, description });
}
