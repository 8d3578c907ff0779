import Type from "typebox";

/**
 * The path of a file with a secret. If somebody pastes the content of the file instead, it is refused
 * and not printed.
 */
const SecretFile = {
  pattern: "^(?!-----BEGIN)[^\\r\\n]*$",
  expected: "the path of a file",
  secret: true,
};

/** The settings of the connection to NATS. Each program adds them to its own schema. */
export const natsSettings = {
  natsUrl: Type.String({
    pattern: "^(nats|tls)://[^\\s@/?#,]+(,(nats|tls)://[^\\s@/?#,]+)*$",
    expected: "nats:// or tls:// addresses without a user, separated by commas",
    default: "nats://127.0.0.1:4222",
    secret: "address", // An address that is refused may have a password.
    description: [
      "The address of the NATS server, or of several servers of one cluster. With TLS, use host",
      "names, because the client cannot verify an IP address.",
    ].join(" "),
  }),
  natsToken: Type.String({
    default: "",
    secret: true,
    description: "The token for the server. If empty, no token is sent.",
  }),
  natsCredentials: Type.String({
    ...SecretFile,
    default: "",
    description: "A credentials file with a user's JWT and seed, as `nsc` writes it. If empty, none is used.",
  }),
  natsTlsCa: Type.String({
    default: "",
    description: "A PEM file with the certificate authorities to trust. If empty, those of Node.js are used.",
  }),
  natsTlsCert: Type.String({
    default: "",
    description: "A PEM file with the client's certificate, for servers that require one.",
  }),
  natsTlsKey: Type.String({
    ...SecretFile,
    default: "",
    description: "A PEM file with the private key of NATS_TLS_CERT.",
  }),
};

const NatsSettings = Type.Object(natsSettings);
export type NatsConfig = Readonly<Type.Static<typeof NatsSettings>>;
