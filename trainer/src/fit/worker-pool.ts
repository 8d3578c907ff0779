import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { pad } from "@undertone/models";
import { chunks } from "./batches.ts";
import type { Answer, Request } from "./messages.ts";

/**
 * One TensorFlow thread per worker. glibc keeps the memory of freed tensors, because each step
 * needs it again.
 */
const REPLICA_ENVIRONMENT = {
  TF_NUM_INTRAOP_THREADS: "1",
  TF_NUM_INTEROP_THREADS: "1",
  TF_CPP_MIN_LOG_LEVEL: "3",
  MALLOC_MMAP_THRESHOLD_: String(4 * 2 ** 30),
  MALLOC_TRIM_THRESHOLD_: String(16 * 2 ** 30),
};

/** The data-parallel worker processes. Rows go to them in turn, and results come back in order. */
export class WorkerPool {
  readonly #pool: TrainingWorker[];

  /**
   * @param count the number of processes; each has one TensorFlow thread, because a second thread
   * makes the fused kernel slower
   */
  constructor(count: number) {
    this.#pool = Array.from({ length: count }, () => new TrainingWorker());
  }

  /** Sends a request to one worker, chosen by turn number. */
  ask(turn: number, request: Request): Promise<Answer> {
    return this.#pool[turn % this.#pool.length]!.ask(request);
  }

  /** Sends the same request to every worker. */
  async tell(request: Request): Promise<void> {
    await Promise.all(this.#pool.map((r) => r.ask(request)));
  }

  /**
   * The log-odds of a rating above each threshold, for every text: float32 `[rows, thresholds]`
   * row-major, in the order of the texts.
   * @param rows ids of each text
   * @param linear the linear term of each text
   * @param size texts in a batch; the texts of a batch have similar lengths
   */
  async predict(rows: readonly Int32Array[], linear: Float32Array, size = 64): Promise<Float32Array> {
    const order = [...rows.keys()].sort((a, b) => rows[a]!.length - rows[b]!.length);
    const batches = chunks(order, size);
    const answers = await Promise.all(
      batches.map((batch, turn) =>
        this.ask(turn, {
          kind: "predict",
          batch: {
            ...pad(batch.map((i) => rows[i]!)),
            linear: Float32Array.from(batch, (i) => linear[i]!),
          },
        }),
      ),
    );
    const width = (answers[0]?.values?.length ?? 0) / (batches[0]?.length ?? 1);
    const result = new Float32Array(rows.length * width);
    for (const [b, { values }] of answers.entries()) {
      batches[b]!.forEach((row, i) => {
        result.set(values!.subarray(width * i, width * (i + 1)), width * row);
      });
    }
    return result;
  }

  close(): void {
    for (const worker of this.#pool) worker.close();
  }
}

class TrainingWorker {
  readonly #process: ChildProcess;
  #last: Promise<unknown> = Promise.resolve();

  constructor() {
    this.#process = fork(new URL("./training-worker.ts", import.meta.url), {
      serialization: "advanced",
      env: { ...process.env, ...REPLICA_ENVIRONMENT },
    });
  }

  ask(request: Request): Promise<Answer> {
    const answer = this.#last.then(() => this.#exchange(request));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #exchange(request: Request): Promise<Answer> {
    const gone = new AbortController();
    const exit = once(this.#process, "exit", { signal: gone.signal }).then(([code, signal]) => {
      throw new Error(`a training process ended (${signal ?? `exit code ${code}`})`);
    });
    const reply = once(this.#process, "message", { signal: gone.signal });
    this.#process.send(request);
    try {
      const [answer] = (await Promise.race([reply, exit])) as [Answer];
      if (answer.error) throw new Error(answer.error);
      return answer;
    } finally {
      exit.catch(() => undefined);
      reply.catch(() => undefined);
      gone.abort();
    }
  }

  close(): void {
    this.#process.kill();
  }
}
