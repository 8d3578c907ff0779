import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface Job {
  url: string; // with the path
  texts: string[];
  batch: number; // texts a request; 0: {"text"} alone
  /**
   * closed: each client sends when it was answered. open: requests start at a fixed rate, whatever
   * the answers do.
   */
  load: { kind: "closed"; clients: number } | { kind: "open"; rate: number };
  /**
   * Until then requests are started, the bodies again from the first one; without it each body is
   * sent once.
   */
  forMs?: number;
}

export interface Loaded {
  texts: number; // answered with 200
  failed: number; // requests answered with another status, or not
  wallMs: number; // from the first request to the last answer
  cpuMs: number; // the load generator's own
  latencyMs: number[]; // of each answered request: closed from its sending, open from its scheduled arrival
}

const PROGRAM = fileURLToPath(new URL("./load-process.ts", import.meta.url));

/** The load generator, a process of its own. Its bodies are made before the clock starts. */
export class LoadGenerator {
  readonly #child: ChildProcess = fork(PROGRAM, { execArgv: ["--import", "tsx"] });

  async run(job: Job): Promise<Loaded> {
    this.#child.send(job);
    const [loaded] = (await once(this.#child, "message")) as [Loaded];
    return loaded;
  }

  close(): void {
    this.#child.kill();
  }
}
