import { parseArgs } from "node:util";

/**
 * `node --import ./typescript.mjs test/bench/stream-simulation.ts` simulates the lag and the recovery
 * of a stream with many workers, second by second. It uses measured rates and no NATS server.
 * ASSUMPTIONS has all its inputs.
 */
const { values } = parseArgs({ options: { seed: { type: "string", default: "1" } } });

const ASSUMPTIONS = {
  /**
   * Reviews per second of one worker with one core (docs/scale.md: 1.185 ms of processor time per
   * review).
   */
  workerRate: 843,
  /**
   * Answers per second that one stream stores (docs/scale.md; one client, a busy machine, one
   * copy).
   */
  streamRate: 9_700,
  /** The maximum number of reviews that a worker holds. */
  heldReviews: 2_048,
  /** STREAM_MAX_ACK_PENDING, for all workers together. */
  maxAckPending: 50_000,
  /** STREAM_ACK_WAIT_MS, in seconds: the reviews of a dead worker are delivered again after it. */
  ackWaitSeconds: 30,
  /** The seconds from a worker's death until the next worker takes reviews. */
  restartSeconds: 10,
  /** The mean time between the deaths of a worker, in hours. */
  hoursBetweenDeaths: 24,
  /** The load before and after the burst, as a share of the capacity. */
  load: 0.5,
  /** The burst: its load as a multiple of the capacity, and its seconds. */
  burst: 10,
  burstSeconds: 60,
  /**
   * One leader of a stream is lost in the middle: nothing is stored for this many seconds (measured:
   * 3.4 s).
   */
  leaderLossSeconds: 4,
  streams: 1,
};
type Assumptions = typeof ASSUMPTIONS;

interface Outcome {
  workers: number;
  streams: number;
  capacity: number; // reviews/s
  limit: string;
  peakLag: number;
  recoverySeconds: number; // from the end of the burst until the lag is below one second of capacity
  deaths: number;
  scoredTwice: number;
}

function simulate(workers: number, a: Assumptions, random: () => number): Outcome {
  const store = a.streamRate * a.streams;
  // A worker is idle at times if its share of the held reviews lasts less than the round trip of a pull,
  // about 0.1 s.
  const share = Math.min(a.heldReviews, (a.maxAckPending * a.streams) / workers);
  const fed = Math.min(a.workerRate, share / 0.1);
  const capacity = Math.min(workers * fed, store);
  const limit = workers * fed > store ? "the stream" : fed < a.workerRate ? "held reviews" : "the workers";
  const load = a.load * capacity;
  const burstEnd = 600 + a.burstSeconds;
  const returning = new Map<number, number>(); // the reviews that are delivered again, by second
  const down: number[] = []; // the seconds at which a worker is replaced
  let [lag, peakLag, deaths, scoredTwice, recovered] = [0, 0, 0, 0, 0];
  for (let second = 0; recovered === 0; second++) {
    const inBurst = second >= 600 && second < burstEnd;
    lag += (inBurst ? a.burst * capacity : load) + (returning.get(second) ?? 0);
    while (down.length > 0 && down[0]! <= second) down.shift();
    const up = workers - down.length;
    for (let worker = 0; worker < up; worker++) {
      if (random() > 1 / (a.hoursBetweenDeaths * 3_600)) continue;
      deaths += 1;
      // It held a full share while there was a lag. At worst, half of that was scored and not
      // acknowledged.
      const held = Math.min(share, lag / workers);
      returning.set(second + a.ackWaitSeconds, (returning.get(second + a.ackWaitSeconds) ?? 0) + held);
      lag -= held;
      scoredTwice += held / 2;
      down.push(second + a.restartSeconds);
    }
    const leaderless = second >= burstEnd + 60 && second < burstEnd + 60 + a.leaderLossSeconds;
    lag = Math.max(0, lag - (leaderless ? 0 : Math.min(up * fed, store)));
    peakLag = Math.max(peakLag, lag);
    if (second > burstEnd && lag < capacity) recovered = second - burstEnd;
  }
  return {
    workers,
    streams: a.streams,
    capacity,
    limit,
    peakLag,
    recoverySeconds: recovered,
    deaths,
    scoredTwice,
  };
}

/** A linear congruential generator, which gives the same numbers for the same seed. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const number = (value: number) => Math.round(value).toLocaleString("en");
console.log(
  "| workers | streams | reviews/s | limited by | peak lag | seconds to recover | deaths | scored twice |",
);
console.log("| --- | --- | --- | --- | --- | --- | --- | --- |");
for (const [workers, streams] of [
  [10, 1],
  [100, 1],
  [100, 9],
  [1_000, 1],
  [1_000, 90],
] as const) {
  const found = simulate(workers, { ...ASSUMPTIONS, streams }, generator(Number(values.seed)));
  const cells = [
    number(found.workers),
    found.streams,
    number(found.capacity),
    found.limit,
    number(found.peakLag),
    number(found.recoverySeconds),
    found.deaths,
    number(found.scoredTwice),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}
