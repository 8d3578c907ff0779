import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface Job {
  url: string; // the address with the path
  texts: string[];
  batch: number; // texts per request; 0 means {"text"}
  /**
   * closed: each client sends when it has its answer. open: requests start at a fixed rate, whatever
   * the answers do.
   */
  load: { kind: "closed"; clients: number } | { kind: "open"; rate: number };
  /**
   * How long requests are started, in milliseconds; the bodies repeat. Without it each body is
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

/** The load generator runs in its own process. It makes the bodies before the measurement starts. */
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
