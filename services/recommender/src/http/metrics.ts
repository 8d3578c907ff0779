import { Counter, Gauge, type Registry } from "prom-client";
import type { Recommender } from "../recommender.ts";
import { SENTIMENT_STATES } from "../scoring/sentiment-state.ts";

/** The metrics of the recommender. Their values are read at each scrape. */
export function registerMetrics(registry: Registry, recommender: Recommender): void {
  const registers = [registry];
  const { catalogue, builder, sentiment, outcomes } = recommender;
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
  const perLabel = <L extends string>(
    metric: typeof Counter | typeof Gauge,
    { name, help, label }: { name: string; help: string; label: L },
    values: () => Iterable<[string, number]>,
  ) => {
    new metric({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        this.reset();
        for (const [key, value] of values()) this.inc({ [label]: key } as Record<L, string>, value);
      },
    });
  };

  gauge("recommender_feedback_rows", "Stored pairs of user and item.", () => catalogue.rows);
  gauge("recommender_items", "Items with feedback or settings.", () => catalogue.size);
  gauge("recommender_unscored_texts", "Texts that are still to be scored.", () => catalogue.unscored);
  perLabel(
    Gauge,
    {
      name: "recommender_interaction_only_texts",
      help: "Texts that count as an interaction only, by the code or warning of the sentiment service.",
      label: "reason",
    },
    () => catalogue.interactionOnly,
  );
  perLabel(
    Counter,
    {
      name: "recommender_scored_texts_total",
      help: "Answers of the sentiment service, by outcome: ok, a warning, or the code of an error.",
      label: "outcome",
    },
    () => outcomes,
  );
  perLabel(
    Gauge,
    {
      name: "recommender_sentiment_state",
      help: "1 for the current state of the sentiment service, 0 for the others.",
      label: "state",
    },
    () => Object.keys(SENTIMENT_STATES).map((state) => [state, Number(state === sentiment.state)]),
  );
  perLabel(
    Counter,
    {
      name: "recommender_sentiment_failures_total",
      help: "Failed calls to the sentiment service, by the state that they led to.",
      label: "state",
    },
    () => sentiment.failures,
  );

  gauge(
    "recommender_changes_since_build",
    "Pairs that were added or deleted since the last build of the neighbours began.",
    () => catalogue.changes,
  );
  gauge("recommender_building", "1 while the neighbours are being built, otherwise 0.", () =>
    Number(builder.building),
  );
  gauge(
    "recommender_build_seconds",
    "Duration of the last build of the neighbours, in seconds.",
    () => (builder.last?.built.ms ?? 0) / 1000,
  );
  gauge(
    "recommender_built_timestamp_seconds",
    "The Unix time at which the neighbours in use were built; 0 if there are none yet.",
    () => (builder.last?.at ?? 0) / 1000,
  );
}
