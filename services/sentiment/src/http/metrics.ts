import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { Refusal } from "../scoring/refusal.ts";
import type { Score, Timings } from "../scoring/score.ts";
import type { Scorer } from "../scoring/scorer.ts";

/** The metrics of the engine, and of the requests that it scored. */
export class ScoringMetrics {
  readonly #stages: Histogram<"stage">;
  readonly #texts: Counter<"outcome">;
  readonly #tokens: Counter;

  constructor(registry: Registry, scorer: Scorer, batchTokens: number) {
    const registers = [registry];
    watchWorkers(registers, scorer, batchTokens);
    this.#stages = new Histogram({
      name: "sentiment_stage_milliseconds",
      help: "Time of a request in a stage (encodeMs, queueMs, inferMs): the maximum over its texts.",
      labelNames: ["stage"],
      buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000],
      registers,
    });
    this.#texts = new Counter({
      name: "sentiment_texts_total",
      help:
        "Answered texts, by outcome: ok or the error code. " +
        "A request that is refused before its body is read counts no texts.",
      labelNames: ["outcome"],
      registers,
    });
    this.#tokens = new Counter({ name: "sentiment_tokens_total", help: "Scored tokens.", registers });
  }

  /** Counts the texts of a request that was refused as a whole. */
  refuse(texts: number, code: string): void {
    this.#texts.inc({ outcome: code }, texts);
  }

  observe(outcomes: readonly (Score | Refusal)[], timings: Timings): void {
    for (const [stage, ms] of Object.entries(timings)) this.#stages.observe({ stage }, ms);
    for (const outcome of outcomes) {
      if (outcome instanceof Refusal) this.#texts.inc({ outcome: outcome.code });
      else {
        this.#texts.inc({ outcome: "ok" });
        this.#tokens.inc(outcome.tokens.scored);
      }
    }
  }
}

function watchWorkers(registers: Registry[], scorer: Scorer, batchTokens: number): void {
  const rows = new Histogram({
    name: "sentiment_batch_rows",
    help: "Texts per inference batch.",
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    registers,
  });
  const fill = new Histogram({
    name: "sentiment_batch_fill_ratio",
    help:
      "Tokens per inference batch without padding, as a fraction of BATCH_TOKENS. " +
      "A batch above 1 is a single longer text.",
    buckets: [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1],
    registers,
  });
  const restarts = new Counter({
    name: "sentiment_worker_restarts_total",
    help: "Inference threads that failed and were replaced.",
    registers,
  });
  scorer.events.on("batch", (batch) => {
    rows.observe(batch.rows);
    fill.observe(batch.tokens / batchTokens);
  });
  scorer.events.on("restart", () => restarts.inc());
  new Gauge({
    name: "sentiment_queue_tokens",
    help: "Queue depth (tokens).",
    registers,
    collect() {
      this.set(scorer.queuedTokens);
    },
  });
  new Gauge({
    name: "sentiment_model_info",
    help: "Always 1; the labels name the model in use.",
    labelNames: ["name", "version", "provider"],
    registers,
    collect() {
      const { name, version } = scorer.artifact.manifest;
      this.reset();
      this.set({ name, version, ...scorer.opened }, 1);
    },
  });
}
