import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { connectNats, consumerName, Publisher, REVIEWS } from "@undertone/streams";
import type { FastifyBaseLogger } from "fastify";
import { openScorer } from "../open-scorer.ts";
import type { Scorer } from "../scoring/scorer.ts";
import type { StreamConfig } from "./config.ts";
import { HeldReviews } from "./held-reviews.ts";
import { Parking } from "./parking.ts";
import { type Progress, readProgress } from "./progress.ts";
import { checkSetUp } from "./setup.ts";
import { StreamWorker, type StreamWorkerParts } from "./stream-worker.ts";

export interface OpenWorker {
  worker: StreamWorker;
  held: HeldReviews;
  scorer: Scorer;
  nc: NatsConnection;
  consumer: string;
  progress: () => Promise<Progress>;
  /** Finishes the held reviews, then closes the connection and the engine. */
  close: () => Promise<void>;
}

/**
 * Opens a worker with its engine and its connection. The model comes first, so that a worker that
 * takes a review can score it.
 */
export async function openWorker(
  config: StreamConfig,
  log: FastifyBaseLogger,
  parts: Partial<Pick<StreamWorkerParts, "publisher">> = {},
): Promise<OpenWorker> {
  // The worker fills the queue up to MAX_QUEUE_TOKENS itself. A review that is longer than expected
  // must still fit.
  const scorer = await openScorer({ ...config, maxQueueTokens: Number.MAX_SAFE_INTEGER }, (message) =>
    log.warn(message),
  );
  const { name, version } = scorer.artifact.manifest;
  const model = { name, version };
  const consumer = consumerName(model);
  const nc = await connectNats(config, { name: consumer, wait: true });
  try {
    const jsm = await jetstreamManager(nc);
    await checkSetUp(jsm, model, config);
    const onRetry = (error: Error) => log.debug({ reason: error.message }, "not confirmed; published again");
    const parking = await Parking.open(nc, model);
    const held = new HeldReviews({ maxTokens: config.maxQueueTokens, ackWaitMs: config.streamAckWaitMs });
    const worker = new StreamWorker({
      nc,
      consumer: await jetstream(nc).consumers.get(REVIEWS.stream, consumer),
      publisher: parts.publisher ?? (await Publisher.open(nc, { onRetry })),
      parking,
      held,
      scorer,
      model,
      maxDeliveries: config.streamMaxDeliveries,
      log,
    });
    const close = async () => {
      await worker.drain();
      held.close();
      await nc.drain(); // sends the acknowledgements before the connection ends
      await scorer.close();
    };
    return { worker, held, scorer, nc, consumer, progress: () => readProgress(jsm, parking, model), close };
  } catch (error) {
    await nc.close();
    await scorer.close();
    throw error;
  }
}
