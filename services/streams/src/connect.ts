import { access, constants, readFile } from "node:fs/promises";
import type { Authenticator, ConnectionOptions, NatsConnection } from "@nats-io/transport-node";
import { connect, credsAuthenticator, tokenAuthenticator } from "@nats-io/transport-node";
import type { NatsConfig } from "./settings.ts";

/** A server that does not answer two pings in a row is taken for gone. */
const PING_MS = 10_000;

export interface ConnectOptions {
  /** What the server's own lists call this connection. */
  name: string;
  /**
   * Whether to wait for a server that is not up yet; without it the connection fails with one
   * sentence.
   */
  wait: boolean;
}

/** Connects, and connects again as often as it must: only the caller's close ends it. */
export async function connectNats(config: NatsConfig, options: ConnectOptions): Promise<NatsConnection> {
  await checkFiles(config);
  const servers = config.natsUrl.split(",").map((url) => url.trim());
  try {
    return await connect({
      servers,
      name: options.name,
      waitOnFirstConnect: options.wait,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 500,
      reconnectJitter: 500,
      pingInterval: PING_MS,
      maxPingOut: 2,
      // Measured: a stack trace per request, for an error that hardly ever comes, takes a sixth of
      // what a worker needs beside inference.
      noAsyncTraces: true,
      ignoreAuthErrorAbort: true, // a server that restarts may refuse for a while
      ...(await authenticator(config)),
      ...tls(config, servers),
    });
  } catch (error) {
    throw new Error(`NATS_URL: expected a NATS server at ${config.natsUrl}: ${(error as Error).message}`);
  }
}

/** Each fault names its setting, and not the value: it may be the secret itself, pasted by mistake. */
async function checkFiles(config: NatsConfig): Promise<void> {
  const files = {
    NATS_CREDENTIALS: config.natsCredentials,
    NATS_TLS_CA: config.natsTlsCa,
    NATS_TLS_CERT: config.natsTlsCert,
    NATS_TLS_KEY: config.natsTlsKey,
  };
  for (const [variable, file] of Object.entries(files)) {
    if (file === "") continue;
    await access(file, constants.R_OK).catch(({ code }: NodeJS.ErrnoException) => {
      throw new Error(`${variable}: ${code}: the file cannot be read`);
    });
  }
}

async function authenticator(config: NatsConfig): Promise<{ authenticator?: Authenticator[] }> {
  const all: Authenticator[] = [];
  if (config.natsToken !== "") all.push(tokenAuthenticator(config.natsToken));
  if (config.natsCredentials !== "") {
    all.push(credsAuthenticator(await readFile(config.natsCredentials)));
  }
  return all.length === 0 ? {} : { authenticator: all };
}

function tls(config: NatsConfig, servers: string[]): Pick<ConnectionOptions, "tls"> {
  const files = {
    ...(config.natsTlsCa && { caFile: config.natsTlsCa }),
    ...(config.natsTlsCert && { certFile: config.natsTlsCert }),
    ...(config.natsTlsKey && { keyFile: config.natsTlsKey }),
  };
  const wanted = Object.keys(files).length > 0 || servers.some((url) => url.startsWith("tls:"));
  return wanted ? { tls: files } : {};
}
