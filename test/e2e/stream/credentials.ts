import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { nkeys } from "@nats-io/transport-node";

/**
 * PEM files: a certificate authority, and the certificates and keys of a server on localhost and of a
 * client.
 */
export interface Certificates {
  ca: string;
  server: { cert: string; key: string };
  client: { cert: string; key: string };
}

/** Makes certificates with OpenSSL. They are valid for a day. */
export function makeCertificates(folder: string): Certificates {
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const file = (name: string) => path.join(folder, name);
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const authority = ["-subj", "/CN=undertone-test-ca", "-keyout", "ca.key", "-out", "ca.pem"];
  openssl("req", "-x509", "-days", "1", ...key, ...authority);
  for (const name of ["server", "client"]) {
    openssl(
      "req",
      ...key,
      "-subj",
      `/CN=${name}`,
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.csr`,
      "-addext",
      "subjectAltName=DNS:localhost",
    );
    openssl(
      "x509",
      "-req",
      "-days",
      "1",
      "-in",
      `${name}.csr`,
      "-CA",
      "ca.pem",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-copy_extensions",
      "copy",
      "-out",
      `${name}.pem`,
    );
  }
  const pair = (name: string) => ({ cert: file(`${name}.pem`), key: file(`${name}.key`) });
  return { ca: file("ca.pem"), server: pair("server"), client: pair("client") };
}

/**
 * Makes the configuration of a server that trusts one operator, and the credentials file of a user of
 * that operator's account.
 */
export interface Credentials {
  serverConfig: string;
  userFile: string;
  /** What must never be logged. */
  seed: string;
}

/** A file as `nsc` writes it: https://docs.nats.io/using-nats/developer/connecting/creds */
export async function makeCredentials(folder: string): Promise<Credentials> {
  const [operator, account, user] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createUser()];
  const unlimited = { subs: -1, data: -1, payload: -1 };
  const limits = {
    ...unlimited,
    ...{ imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 },
    ...{ mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 },
  };
  const operatorJwt = jwt(operator, operator, { type: "operator" });
  const accountJwt = jwt(operator, account, { type: "account", limits });
  const system = nkeys.createAccount(); // JetStream does not start without one
  const systemJwt = jwt(operator, system, {
    type: "account",
    limits: { ...limits, mem_storage: 0, disk_storage: 0 },
  });
  const userJwt = jwt(account, user, { type: "user", ...unlimited });
  const [serverConfig, userFile] = [path.join(folder, "server.conf"), path.join(folder, "user.creds")];
  const settings = [
    `operator: ${operatorJwt}`,
    `system_account: ${system.getPublicKey()}`,
    "resolver: MEMORY",
    `resolver_preload: { ${account.getPublicKey()}: ${accountJwt}, ${system.getPublicKey()}: ${systemJwt} }`,
  ];
  await writeFile(serverConfig, settings.join("\n"));
  const seed = new TextDecoder().decode(user.getSeed());
  const block = (name: string, text: string) => `-----BEGIN ${name}-----\n${text}\n------END ${name}------\n`;
  await writeFile(userFile, block("NATS USER JWT", userJwt) + block("USER NKEY SEED", seed));
  return { serverConfig, userFile, seed };
}

type KeyPair = ReturnType<typeof nkeys.createUser>;

function jwt(issuer: KeyPair, subject: KeyPair, nats: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    jti: randomUUID(),
    iat: Math.floor(Date.now() / 1000),
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name: "proof",
    nats: { ...nats, version: 2 },
  };
  const signed = `${part({ typ: "JWT", alg: "ed25519-nkey" })}.${part(claims)}`;
  return `${signed}.${Buffer.from(issuer.sign(Buffer.from(signed))).toString("base64url")}`;
}
