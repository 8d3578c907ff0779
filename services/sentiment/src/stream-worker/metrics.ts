import { Counter, Gauge, type Registry } from "prom-client";
import type { Scorer } from "../scoring/scorer.ts";
import { type Progress, ProgressRate } from "./progress.ts";
import type { WorkerEvents } from "./stream-worker.ts";

interface Watched {
  events: WorkerEvents;
  held: { size: number };
  scorer: Pick<Scorer, "queuedTokens">;
  progress: () => Promise<Progress>;
}

/** The metrics of this worker, and the progress of all workers of its model together. */
export function registerMetrics(registry: Registry, { events, held, scorer, progress }: Watched): void {
  const registers = [registry];
  const counter = (name: string, help: string, event: "redelivery" | "return" | "parked") => {
    const counted = new Counter({ name, help, registers });
    events.on(event, () => counted.inc());
  };
  const answers = new Counter({
    name: "stream_answers_total",
    help:
      "Reviews that this worker answered, by outcome: ok or the error code. " +
      'stored="false" means that the review had an answer already.',
    labelNames: ["outcome", "stored"],
    registers,
  });
  events.on("answer", ({ outcome, stored }) => answers.inc({ outcome, stored: String(stored) }));
  counter(
    "stream_redeliveries_total",
    "Reviews that this worker received and that had been delivered before.",
    "redelivery",
  );
  counter(
    "stream_returns_total",
    "Reviews that this worker returned to the server without an answer.",
    "return",
  );
  counter("stream_parked_total", "Reviews that this worker parked, because workers died on them.", "parked");
  new Gauge({
    name: "stream_worker_held_reviews",
    help: "Reviews that this worker holds now.",
    registers,
    collect() {
      this.set(held.size);
    },
  });
  new Gauge({
    name: "sentiment_queue_tokens",
    help: "Queue depth (tokens).",
    registers,
    collect() {
      this.set(scorer.queuedTokens);
    },
  });
  watchProgress(registers, progress);
}

/**
 * The server is asked once per scrape. While it is unreachable these series are absent, and the
 * others remain.
 */
function watchProgress(registers: Registry[], progress: () => Promise<Progress>): void {
  const rates = new ProgressRate();
  const names = ["stream_pending_reviews", "stream_held_reviews", "stream_parked_reviews"] as const;
  const helps = [
    "Reviews of the stream that have not been delivered to any worker of the model.",
    "Reviews that all workers of the model hold now.",
    "Reviews that were parked, because workers of the model died on them; see `npm run worker -- parked`.",
  ];
  const [pending, held, parked] = names.map(
    (name, index) => new Gauge({ name, help: helps[index]!, registers }),
  );
  const left = new Gauge({
    name: "stream_seconds_left",
    help: "Seconds until all reviews are answered, at the rate since the last scrape.",
    registers,
  });
  new Gauge({
    name: "stream_answers_per_second",
    help: "Reviews answered per second by all workers of the model since the last scrape.",
    registers,
    async collect() {
      const found = await progress().catch(() => undefined);
      if (found === undefined) {
        for (const gauge of [pending!, held!, parked!, left, this]) gauge.reset();
        return;
      }
      const { rate, left: seconds } = rates.observe(found);
      pending!.set(found.pending);
      held!.set(found.held);
      parked!.set(found.parked);
      left.set(seconds);
      this.set(rate);
    },
  });
}
