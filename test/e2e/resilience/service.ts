import { once } from "node:events";
import net from "node:net";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { start } from "../../helpers/process.ts";
import { Client } from "./client.ts";

export const MODEL_DIR = fileURLToPath(new URL("../../../models/reviews-bilstm", import.meta.url));

/**
 * The real process with the published model on a port of its own, ready; killed when the test ends.
 */
export async function startService(t: TestContext, env: Record<string, string> = {}) {
  const port = env.PORT ?? String(await freePort());
  const begun = performance.now();
  const server = start(t, ["serve"], { MODEL_DIR, LOG_LEVEL: "warn", ...env, PORT: port });
  const client = new Client(`http://127.0.0.1:${port}`);
  t.after(() => client.close());
  while ((await client.get("/readyz").catch(() => undefined))?.status !== 200) {
    if (server.child.exitCode !== null) throw new Error(`the service ended: ${server.output.stderr}`);
    await sleep(20);
  }
  return { ...server, client, port, startMs: performance.now() - begun };
}

/** What the process holds of the machine's memory now. */
export async function residentBytes(client: Client): Promise<number> {
  const { body } = await client.get("/metrics");
  return Number(/^process_resident_memory_bytes (\d+)/m.exec(body)?.[1]);
}

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
