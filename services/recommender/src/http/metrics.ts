import { Counter, Gauge, type Registry } from "prom-client";
import type { Recommender } from "../recommender.ts";

/** What the recommender holds and does, read when somebody looks. */
export function registerMetrics(registry: Registry, recommender: Recommender): void {
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number) => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  };
  const { catalogue, builder, outcomes } = recommender;
  gauge("recommender_unscored_texts", "Texts that wait to be scored.", () => catalogue.unscored);
  gauge("recommender_feedback_rows", "Pairs of user and item.", () => catalogue.rows);
  gauge("recommender_items", "Items.", () => catalogue.size);
  gauge("recommender_news", "Pairs that came or went since the last build began.", () => catalogue.news);
  gauge("recommender_building", "1 while neighbours are being built.", () => Number(builder.building));
  gauge(
    "recommender_build_seconds",
    "How long the last build took.",
    () => (builder.last?.built.ms ?? 0) / 1000,
  );
  gauge(
    "recommender_built_timestamp_seconds",
    "When the neighbours in use were built, in Unix time; 0: never.",
    () => (builder.last?.at ?? 0) / 1000,
  );
  new Counter({
    name: "recommender_scored_texts_total",
    help: "Answers of the sentiment service, by outcome: ok, or the code of the refusal.",
    labelNames: ["outcome"],
    registers,
    collect() {
      this.reset();
      for (const [outcome, texts] of outcomes) this.inc({ outcome }, texts);
    },
  });
}
