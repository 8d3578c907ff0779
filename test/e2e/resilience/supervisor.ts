import { once } from "node:events";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { startProcess } from "../../helpers/process.ts";
import { Client } from "./client.ts";

type Server = ReturnType<typeof startProcess>;

/** The pause before a container engine restarts a container, in milliseconds. */
const PAUSE_MS = 100;

/**
 * Restarts a service on the same port whenever its process ends, like Compose's
 * `restart: unless-stopped` and Kubernetes.
 */
export class Supervisor {
  readonly url: string;
  readonly #client: Client;
  readonly #start: () => Server;
  #server: Server;
  #stopped = false;

  /** `start` must always start the service on this port. */
  constructor(t: TestContext, port: string, start: () => Server) {
    t.after(() => {
      this.#stopped = true; // before the process is killed: it was registered first
      this.#client.close();
    });
    this.url = `http://127.0.0.1:${port}`;
    this.#client = new Client(this.url);
    this.#start = start;
    this.#server = start();
    void this.#restart();
  }

  /** Kills the process. Resolves when the next one is ready, with the milliseconds until then. */
  async kill(): Promise<number> {
    const killed = performance.now();
    const { child } = this.#server;
    child.kill("SIGKILL");
    await once(child, "exit");
    if (await this.#isReady()) throw new Error("something answers although the process is dead");
    await this.ready();
    return performance.now() - killed;
  }

  async ready(): Promise<void> {
    while (!(await this.#isReady())) await sleep(20);
  }

  async #isReady(): Promise<boolean> {
    return (await this.#client.get("/readyz").catch(() => undefined))?.status === 200;
  }

  async #restart(): Promise<void> {
    for (;;) {
      await this.#server.ended;
      await sleep(PAUSE_MS);
      if (this.#stopped) return;
      this.#server = this.#start();
    }
  }
}
