import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { Refusal } from "../scoring/refusal.ts";
import type { Score, Timings } from "../scoring/score.ts";
import type { Scorer } from "../scoring/scorer.ts";

/** What the engine did for the requests of this door. */
export class ScoringMetrics {
  readonly #stages: Histogram<"stage">;
  readonly #texts: Counter<"outcome">;
  readonly #tokens: Counter;

  constructor(registry: Registry, scorer: Scorer) {
    const registers = [registry];
    this.#stages = new Histogram({
      name: "sentiment_stage_milliseconds",
      help: "Time a request spent in a stage, of its texts the longest: encodeMs, queueMs, inferMs.",
      labelNames: ["stage"],
      buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000],
      registers,
    });
    this.#texts = new Counter({
      name: "sentiment_texts_total",
      help: "Texts answered, by outcome: ok, or the code of the refusal.",
      labelNames: ["outcome"],
      registers,
    });
    this.#tokens = new Counter({ name: "sentiment_tokens_total", help: "Tokens scored.", registers });
    new Gauge({
      name: "sentiment_queue_tokens",
      help: "Tokens that wait for a worker now.",
      registers,
      collect() {
        this.set(scorer.queuedTokens);
      },
    });
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
