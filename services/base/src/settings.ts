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
  rateLimitPerMinute: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: 0,
    description:
      "Requests a minute of one key, or of one address where there are no keys; beyond, 429. 0: any number.",
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
  otelExporterOtlpEndpoint: Type.String({
    pattern: "^$|^https?://",
    expected: "an http or https address",
    default: "",
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
