import { setTimeout as sleep } from "node:timers/promises";
import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { connectNats, type ModelName, Publisher } from "@undertone/streams";
import type { StreamConfig } from "./config.ts";
import { Parking } from "./parking.ts";
import { type Progress, ProgressRate, readProgress } from "./progress.ts";
import { setUp } from "./setup.ts";
import { whichModel } from "./which-model.ts";

export interface ChosenModel {
  /** Without it: the model of MODEL_DIR, or the only one that reads the stream. */
  model?: ModelName;
}

interface Connected {
  nc: NatsConnection;
  jsm: JetStreamManager;
  model: ModelName;
}

/** npm run worker -- setup: one line for each thing that it created. */
export function setUpStreams(config: StreamConfig, options: { from?: Date }): Promise<void> {
  return withServer(config, {}, async ({ jsm, model }) => {
    const created = await setUp(jsm, model, config, options.from);
    console.log(created.length === 0 ? "nothing to do" : created.map((name) => `created ${name}`).join("\n"));
  });
}

/** npm run worker -- status: two looks, `seconds` apart, so that there is a rate. */
export function printStatus(config: StreamConfig, options: ChosenModel & { seconds: number }): Promise<void> {
  return withServer(config, options, async ({ nc, jsm, model }) => {
    const parking = await Parking.open(nc, model);
    const rates = new ProgressRate();
    rates.observe(await readProgress(jsm, parking, model));
    await sleep(options.seconds * 1000);
    const progress = await readProgress(jsm, parking, model);
    console.log(describe(model, progress, rates.observe(progress)));
  });
}

/** npm run worker -- parked: one line per parked review. */
export function printParked(config: StreamConfig, options: ChosenModel): Promise<void> {
  return withServer(config, options, async ({ nc, model }) => {
    const parked = await (await Parking.open(nc, model)).list();
    for (const review of parked) console.log(JSON.stringify(review));
    console.error(`${parked.length} parked reviews of ${model.name} ${model.version}`);
  });
}

/** npm run worker -- release: the parked reviews with these sequence numbers, or all. */
export function releaseParked(
  config: StreamConfig,
  options: ChosenModel & { sequences?: number[] },
): Promise<void> {
  return withServer(config, options, async ({ nc, model }) => {
    const parking = await Parking.open(nc, model);
    const sequences = options.sequences && new Set(options.sequences);
    const released = await parking.release(await Publisher.open(nc), sequences);
    console.log(`released ${released} reviews`);
  });
}

/**
 * The connection, the streams' manager and the model that the command is about, closed afterwards.
 */
export async function withServer(
  config: StreamConfig,
  { model }: ChosenModel,
  task: (connected: Connected) => Promise<void>,
): Promise<void> {
  const nc = await connectNats(config, { name: "undertone command", wait: false });
  try {
    const jsm = await jetstreamManager(nc);
    await task({ nc, jsm, model: await whichModel(jsm, { folder: config.modelDir, model }) });
  } finally {
    await nc.drain();
  }
}

function describe(
  { name, version }: ModelName,
  progress: Progress,
  { rate, left }: { rate: number; left: number },
): string {
  const share = progress.total === 0 ? 100 : (100 * progress.answered) / progress.total;
  const time = Number.isFinite(left) ? `about ${Math.ceil(left)} s left` : "no rate to tell the time left by";
  return [
    `model      ${name} ${version}`,
    `answered   ${progress.answered} of ${progress.total} reviews (${share.toFixed(1)} %)`,
    `waiting    ${progress.pending}; with workers ${progress.held}`,
    `parked     ${progress.parked}`,
    `rate       ${rate.toFixed(0)} reviews/s, ${time}`,
  ].join("\n");
}
