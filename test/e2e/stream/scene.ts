import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { readConfig } from "@undertone/base";
import { connectNats, type ModelName, Publisher, REVIEWS, reviewSubject, SCORES } from "@undertone/streams";
import { StreamConfigSchema } from "../../../services/sentiment/src/stream-worker/config.ts";
import type { ErrorMessage, ResultMessage } from "../../../services/sentiment/src/stream-worker/messages.ts";
import { Parking } from "../../../services/sentiment/src/stream-worker/parking.ts";
import { type Progress, readProgress } from "../../../services/sentiment/src/stream-worker/progress.ts";
import { setUp } from "../../../services/sentiment/src/stream-worker/setup.ts";
import { TINY_MODEL } from "../../helpers/model.ts";
import { freePort } from "../../helpers/port.ts";
import { listening } from "../../helpers/process.ts";
import { NatsServer, type ServerOptions } from "./nats-server.ts";
import { type Program, startProgram } from "./programs.ts";
import type { Review } from "./reviews.ts";

/** STREAM_ACK_WAIT_MS. It is short, so that the reviews of a dead worker are soon delivered again. */
const ACK_WAIT_MS = 2_000;

export type Answer = ResultMessage | ErrorMessage;

/**
 * A server with its streams, and the actions of a proof on them. Everything ends when the test ends.
 */
export class Scene {
  readonly env: Record<string, string>;
  readonly #t: TestContext;
  readonly nc: NatsConnection;
  readonly jsm: JetStreamManager;
  readonly publisher: Publisher;

  private constructor(
    t: TestContext,
    env: Record<string, string>,
    nc: NatsConnection,
    jsm: JetStreamManager,
    publisher: Publisher,
  ) {
    this.#t = t;
    this.env = env;
    this.nc = nc;
    this.jsm = jsm;
    this.publisher = publisher;
  }

  /** Sets up the streams with `settings` on servers that are already running. */
  static async open(
    t: TestContext,
    servers: NatsServer[],
    settings: Record<string, string> = {},
  ): Promise<Scene> {
    const env = {
      MODEL_DIR: TINY_MODEL,
      EXECUTION_PROVIDER: "cpu",
      LOG_LEVEL: "info",
      NATS_URL: servers.map(({ url }) => url).join(","),
      STREAM_ACK_WAIT_MS: String(ACK_WAIT_MS),
      ...settings,
    };
    const nc = await connectNats(readConfig(StreamConfigSchema, env), { name: "proof", wait: true });
    t.after(() => nc.close());
    const jsm = await jetstreamManager(nc, { checkAPI: false });
    const scene = new Scene(t, env, nc, jsm, await Publisher.open(nc));
    await scene.#setUp();
    return scene;
  }

  /** Does the same as `npm run worker -- setup`. It retries while the cluster has no leader. */
  async #setUp(): Promise<void> {
    const config = readConfig(StreamConfigSchema, this.env);
    for (let tries = 0; ; tries++) {
      try {
        await setUp(this.jsm, await this.#model(), config);
        return;
      } catch (error) {
        if (tries === 20) throw error;
        await sleep(500);
      }
    }
  }

  /** Runs a command of the service. */
  run(...args: string[]) {
    return startProgram(this.#t, "main", args, this.env);
  }

  /** Starts a worker. `program` is a test's own worker; the default is that of the service. */
  async worker(settings: Record<string, string> = {}, program: Program = "main", argument = "worker") {
    const worker = startProgram(this.#t, program, [argument], { ...this.env, ...settings });
    const url = await listening(worker);
    // A worker must not end by itself. If it does, its output has the reason.
    void worker.ended.then(({ code, stderr, stdout }) => {
      if (code !== null && code !== 0)
        this.#t.diagnostic(`a worker ended: ${stderr || stdout.slice(-1_000)}`);
    });
    return { ...worker, url };
  }

  async publish(all: readonly Review[]): Promise<void> {
    await this.publishRaw(
      all.map(({ id, text }) => ({ id, payload: JSON.stringify({ version: 1, id, text }) })),
    );
  }

  /** Publishes the reviews, a window at a time. Resolves when the server has confirmed all. */
  async publishRaw(messages: readonly { id: string; payload: string }[]): Promise<void> {
    let next = 0;
    const send = async () => {
      for (let message = messages[next++]; message !== undefined; message = messages[next++]) {
        await this.publisher.publish({ subject: reviewSubject("proof"), ...message });
      }
    };
    await Promise.all(Array.from({ length: 200 }, send));
  }

  async progress(): Promise<Progress> {
    const model = await this.#model();
    return readProgress(this.jsm, await Parking.open(this.nc, model), model);
  }

  async #model(): Promise<ModelName> {
    const manifest = await readFile(path.join(this.env.MODEL_DIR!, "manifest.json"), "utf8");
    const { name, version } = JSON.parse(manifest);
    return { name, version };
  }

  /** Waits until all reviews are answered, and returns the seconds. */
  async answered(seconds = 120): Promise<number> {
    const begun = performance.now();
    for (;;) {
      const progress = await this.progress().catch(() => undefined);
      if (progress !== undefined && progress.pending + progress.held === 0) return secondsSince(begun);
      if (secondsSince(begun) > seconds)
        throw new Error(`not answered within ${seconds} s: ${JSON.stringify(progress)}`);
      await sleep(100);
    }
  }

  /** All messages of the stream SCORES. */
  async answers(): Promise<{ answers: Answer[]; everStored: number }> {
    const { state } = await this.jsm.streams.info(SCORES.stream);
    const answers: Answer[] = [];
    const consumer = await this.jsm.jetstream().consumers.get(SCORES.stream);
    while (answers.length < state.messages) {
      const wanted = Math.min(2_000, state.messages - answers.length);
      for await (const message of await consumer.fetch({ max_messages: wanted, expires: 5_000 }))
        answers.push(message.json());
    }
    return { answers, everStored: state.last_seq };
  }

  async reviewsStored(): Promise<number> {
    return (await this.jsm.streams.info(REVIEWS.stream)).state.messages;
  }
}

export interface Verdict {
  sent: number;
  scored: number;
  lost: number;
  doubled: number;
  wrong: number;
}

/**
 * Compares the answers of the stream with those of HTTP. A score that was stored twice at any time
 * counts as doubled.
 */
export async function judge(
  scene: Scene,
  sent: readonly Review[],
  http: Map<string, number>,
): Promise<Verdict> {
  const { answers, everStored } = await scene.answers();
  const scores = new Map<string, number>();
  for (const answer of answers) if ("score" in answer) scores.set(answer.id, answer.score);
  const wrong = sent.filter(({ id }) => Math.abs((scores.get(id) ?? Number.NaN) - http.get(id)!) > 1e-6);
  const lost = sent.filter(({ id }) => !scores.has(id)).length;
  const doubled = everStored - scores.size;
  return { sent: sent.length, scored: scores.size, lost, doubled, wrong: wrong.length };
}

/** Prints the verdict of a proof as one line, and asserts it. */
export function report(t: TestContext, verdict: Verdict, more: Record<string, string | number> = {}): void {
  const figures = { ...verdict, ...more };
  t.diagnostic(
    Object.entries(figures)
      .map(([name, value]) => `${name} ${value}`)
      .join(", "),
  );
  const { sent, scored, lost, doubled, wrong } = verdict;
  assert.deepEqual({ scored, lost, doubled, wrong }, { scored: sent, lost: 0, doubled: 0, wrong: 0 });
}

/** Starts one server with its own folder. */
export async function startServer(
  t: TestContext,
  options: Pick<ServerOptions, "args" | "scheme" | "host"> = {},
): Promise<NatsServer> {
  const server = new NatsServer({ port: await freePort(), storeDir: await temporaryFolder(t), ...options });
  t.after(() => server.kill());
  await server.start();
  return server;
}

export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "undertone-stream-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export function secondsSince(begun: number): number {
  return (performance.now() - begun) / 1000;
}
