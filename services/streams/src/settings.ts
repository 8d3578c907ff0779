import Type from "typebox";

/** The path of a file with a secret. The content itself, pasted by mistake, is refused and not printed. */
const SecretFile = {
  pattern: "^(?!-----BEGIN)[^\\r\\n]*$",
  expected: "the path of a file",
  secret: true,
};

/** How a process reaches the NATS server; each program spreads these into its own schema. */
export const natsSettings = {
  natsUrl: Type.String({
    pattern: "^(nats|tls)://[^\\s@/?#,]+(,(nats|tls)://[^\\s@/?#,]+)*$",
    expected: "nats:// or tls:// addresses without a user, separated by commas",
    default: "nats://127.0.0.1:4222",
    secret: "address", // a refused one may hold a password
    description:
      "The NATS server, or several servers of one cluster. With TLS they must be host names: the client cannot verify an IP address.",
  }),
  natsToken: Type.String({
    default: "",
    secret: true,
    description: "The token that the server asks for; empty: none.",
  }),
  natsCredentials: Type.String({
    ...SecretFile,
    default: "",
    description: "A credentials file (a user's JWT and seed, as `nsc` writes it); empty: none.",
  }),
  natsTlsCa: Type.String({
    default: "",
    description: "A PEM file with the authorities that may sign the server's certificate.",
  }),
  natsTlsCert: Type.String({
    default: "",
    description: "A PEM file with the client's certificate, for servers that ask for one.",
  }),
  natsTlsKey: Type.String({
    ...SecretFile,
    default: "",
    description: "A PEM file with the key of that certificate.",
  }),
};

const NatsSettings = Type.Object(natsSettings);
export type NatsConfig = Readonly<Type.Static<typeof NatsSettings>>;
