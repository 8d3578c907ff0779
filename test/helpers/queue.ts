import { Queue } from "../../services/sentiment/src/scoring/queue.ts";
import { QueuedText } from "../../services/sentiment/src/scoring/queued-text.ts";
import { Throughput } from "../../services/sentiment/src/scoring/throughput.ts";

export const item = (tokens: number, signal?: AbortSignal) => new QueuedText(new Int32Array(tokens), signal);

export const lengths = (items: QueuedText[]) => items.map(({ ids }) => ids.length);

/** The measurements of one worker that scores `tokensPerSecond`. */
export function measured(tokensPerSecond: number, workers = 1): Throughput {
  const throughput = new Throughput(workers);
  throughput.begin(tokensPerSecond);
  throughput.end(tokensPerSecond, 1000);
  return throughput;
}

export function queue(batchTokens = 100, maxQueueTokens = 1000, throughput = new Throughput(1)): Queue {
  return new Queue({ batchTokens, maxQueueTokens }, throughput);
}
