import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../helpers/port.ts";
import { start } from "../../helpers/process.ts";
import { Client } from "./client.ts";

export const MODEL_DIR = fileURLToPath(new URL("../../../models/reviews-bilstm", import.meta.url));

/**
 * Starts the real process with the published model on a free port, and waits until it is ready. It is
 * killed when the test ends.
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

/** The resident memory of the process, in bytes. */
export async function residentBytes(client: Client): Promise<number> {
  const { body } = await client.get("/metrics");
  return Number(/^process_resident_memory_bytes (\d+)/m.exec(body)?.[1]);
}
