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
