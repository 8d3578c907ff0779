import Type from "typebox";
import { MAX_ERROR_BYTES } from "./answer-size.ts";

/** The settings every HTTP service has; each spreads them into its own schema. */
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
    description:
      "The accepted keys, sent as `Authorization: Bearer KEY` or `x-api-key: KEY`. If empty, no key is needed.",
  }),
  allowedHosts: Type.String({
    pattern: "^$|^[A-Za-z0-9._-]+(,[A-Za-z0-9._-]+)*$",
    expected: "host names separated by commas",
    default: "",
    description:
      "Host names under which the service answers, besides loopback names and IP addresses. Other names get 421. If API_KEYS is set and this is empty, every name is accepted.",
  }),
  allowedOrigins: Type.String({
    pattern: "^$|^https?://[^@/,\\s]+(,https?://[^@/,\\s]+)*$",
    expected: "origins such as https://app.example, separated by commas",
    default: "",
    description:
      "Origins whose web pages may use the service (CORS). A request from another page gets 403, unless it only reads.",
  }),
  rateLimitPerMinute: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: 0,
    description:
      "Cost per minute that one key may spend, or one address if there are no keys. A request costs 1, and 1 more per 1,000 tokens that the model reads for it. Above the limit the answer is 429. 0 means no limit.",
  }),
  openRateLimitPerMinute: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: 6_000,
    description:
      "Requests per minute from one address to routes that need no key (documentation, page, and metrics, which counts 10). Above the limit the answer is 429. Probes do not count. 0 means no limit.",
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
    "Connections at a time. One more closes the oldest that has sent no request, else one whose request is still arriving, else an idle one.",
  ),
  maxBytesInFlight: Type.Integer({
    minimum: 0,
    maximum: 1_099_511_627_776,
    default: 0,
    description:
      "Bytes that all requests and unsent answers may hold together. Above the limit the answer is 503, before a body is read. 0 means a sixteenth of the container's memory, or an eighth of the JavaScript heap if that is less, and at least four of the largest bodies.",
  }),
  maxAnswerBytes: Limit(
    268_435_456,
    4_194_304,
    `The largest answer, in bytes. An error has at most ${MAX_ERROR_BYTES}. A stream has no limit as a whole: its route says how long each line of it can be.`,
  ),
  otelExporterOtlpEndpoint: Type.String({
    pattern: "^$|^https?://",
    expected: "an http or https address",
    default: "",
    secret: "address",
    description: "The address for traces (OTLP over HTTP, JSON). If empty, no traces are sent.",
  }),
  maxBodyBytes: Limit(268_435_456, 4_194_304, "The largest body, in bytes."),
  maxTextLength: Limit(10_000_000, 100_000, "The longest text, in UTF-16 units."),
  maxBatchItems: Limit(1_000, 1_000, "The most items of one batch request."),
  requestTimeoutMs: Limit(
    600_000,
    20_000,
    "Time limit for a request, in milliseconds. After it the answer is 504.",
  ),
});

const HttpSettings = Type.Object(httpSettings(0));
export type HttpConfig = Readonly<Type.Static<typeof HttpSettings>>;

/** An integer from 1 on. */
export function Limit(maximum: number, value: number, description: string) {
  return Type.Integer({ minimum: 1, maximum, default: value, description });
}
