import Type from "typebox";

/** The settings every HTTP service has; each spreads them into its own schema. */
export const httpSettings = (port: number) => ({
  host: Type.String({ minLength: 1, default: "127.0.0.1", description: "The address to listen on." }),
  port: Type.Integer({
    minimum: 0,
    maximum: 65535,
    default: port,
    description: "The port; 0 takes a free one.",
  }),
  logLevel: Type.Enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"], {
    default: "info",
    description: "The least level that is logged.",
  }),
  apiKeys: Type.String({
    pattern: "^$|^[!-+\\--~]{16,}(,[!-+\\--~]{16,})*$",
    expected: "keys of at least 16 characters, separated by commas",
    default: "",
    secret: true,
    description:
      "Who may use the service: `Authorization: Bearer KEY` or `x-api-key: KEY`; empty: everybody.",
  }),
  allowedHosts: Type.String({
    pattern: "^$|^[A-Za-z0-9._-]+(,[A-Za-z0-9._-]+)*$",
    expected: "host names separated by commas",
    default: "",
    description:
      "Host names under which the service answers, beside loopback names and IP addresses; others get 421. Where API_KEYS are set and this is empty, any name is answered.",
  }),
  allowedOrigins: Type.String({
    pattern: "^$|^https?://[^/,\\s]+(,https?://[^/,\\s]+)*$",
    expected: "origins such as https://app.example, separated by commas",
    default: "",
    description:
      "Origins whose web pages may use the service (CORS). Requests of other pages that are not reads get 403.",
  }),
  rateLimitPerMinute: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: 0,
    description:
      "What one key, or one address where there are no keys, may cost in a minute: 1 for each request and 1 for every 1,000 tokens that the model reads for it. Above, 429. 0: no limit.",
  }),
  openRateLimitPerMinute: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: 6_000,
    description:
      "Requests in a minute by one address to routes that need no key (documentation, page, metrics, which counts 10); above, 429. Probes are not counted. 0: no limit.",
  }),
  trustedProxies: Type.Integer({
    minimum: 0,
    maximum: 16,
    default: 0,
    description: "Proxies in front of the service whose X-Forwarded-For tells the client's address.",
  }),
  headersTimeoutMs: Limit(
    60_000,
    10_000,
    "How long a client may take to send its headers, in milliseconds; beyond, 408.",
  ),
  receiveTimeoutMs: Limit(
    600_000,
    20_000,
    "How long a client may take to send a whole request, in milliseconds; beyond, 408.",
  ),
  answerTimeoutMs: Limit(
    600_000,
    30_000,
    "How long a client may take to take a whole answer, in milliseconds; then its connection is ended.",
  ),
  maxConnections: Limit(100_000, 1_024, "Connections at a time; a new one above that is closed at once."),
  maxBytesInFlight: Type.Integer({
    minimum: 0,
    maximum: 1_099_511_627_776,
    default: 0,
    description:
      "Bytes that requests and untaken answers may hold together; above, 503 before a body is read. 0: an eighth of the container's memory, or a quarter of the JavaScript heap where that is less, and no less than four of the largest bodies.",
  }),
  maxAnswerBytes: Limit(
    268_435_456,
    4_194_304,
    "The largest answer, in bytes; a stream's is not limited, its lines are.",
  ),
  otelExporterOtlpEndpoint: Type.String({
    pattern: "^$|^https?://",
    expected: "an http or https address",
    default: "",
    secret: true,
    description: "Where traces are sent (OTLP over HTTP, JSON); empty: nowhere.",
  }),
  maxBodyBytes: Limit(268_435_456, 4_194_304, "The largest body, in bytes."),
  maxTextLength: Limit(10_000_000, 100_000, "The longest text, in UTF-16 units."),
  maxBatchItems: Limit(1_000, 1_000, "The most items of one batch request."),
  requestTimeoutMs: Limit(600_000, 20_000, "How long a request may take, in milliseconds; beyond, 504."),
});

const HttpSettings = Type.Object(httpSettings(0));
export type HttpConfig = Readonly<Type.Static<typeof HttpSettings>>;

/** An integer from 1 on. */
export function Limit(maximum: number, value: number, description: string) {
  return Type.Integer({ minimum: 1, maximum, default: value, description });
}
