import { access, constants, readFile } from "node:fs/promises";
import type { Authenticator, ConnectionOptions, NatsConnection } from "@nats-io/transport-node";
import { connect, credsAuthenticator, tokenAuthenticator } from "@nats-io/transport-node";
import type { NatsConfig } from "./settings.ts";

/** The connection counts as broken if the server does not answer two pings in a row. */
const PING_MS = 10_000;

export interface ConnectOptions {
  /** The connection's name in the server's lists. */
  name: string;
  /**
   * Whether to wait for a server that is not running yet. If false, `connectNats` rejects.
   */
  wait: boolean;
}

/**
 * Connects, and reconnects whenever the connection breaks. Only the caller's `close` ends it. Rejects
 * with one sentence that names the setting if a file cannot be read or no server answers.
 */
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
      // Otherwise the client takes a stack trace per request, in case it fails. That takes a sixth of
      // the time that a worker needs in addition to inference (measured).
      noAsyncTraces: true,
      ignoreAuthErrorAbort: true, // A server that restarts may refuse the credentials for a while.
      ...(await authenticator(config)),
      ...tls(config, servers),
    });
  } catch (error) {
    throw new Error(`NATS_URL: expected a NATS server at ${config.natsUrl}: ${(error as Error).message}`);
  }
}

/**
 * An error names the setting and not its value, because the value may be the secret itself, pasted by
 * mistake.
 */
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
