import {
  type ConsumerInfo,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  type StreamInfo,
} from "@nats-io/jetstream";
import { type ModelName, REVIEWS } from "@undertone/streams";
import type { StreamConfig } from "./config.ts";
import { type ConsumerPlan, differences, planConsumer, planStreams, type StreamPlan } from "./topology.ts";

const ABSENT: ReadonlySet<number> = new Set([
  JetStreamApiCodes.StreamNotFound,
  JetStreamApiCodes.ConsumerNotFound,
]);

/**
 * Creates the missing streams and the model's consumer, and returns the names of those that it
 * created. Existing ones are compared with the plan and never changed.
 * @throws Error with one line per difference
 */
export async function setUp(
  jsm: JetStreamManager,
  model: ModelName,
  config: StreamConfig,
  from?: Date,
): Promise<string[]> {
  const { missing, contradictions } = await compare(jsm, model, config, from);
  if (contradictions.length > 0) throw new Error(contradictions.join("\n"));
  for (const plan of missing.streams) await jsm.streams.add(plan);
  for (const plan of missing.consumers) await jsm.consumers.add(REVIEWS.stream, plan);
  return [
    ...missing.streams.map(({ name }) => `stream ${name}`),
    ...missing.consumers.map(({ durable_name }) => `consumer ${durable_name}`),
  ];
}

/** @throws Error with one line per fault if the streams are not as `setUp` leaves them */
export async function checkSetUp(
  jsm: JetStreamManager,
  model: ModelName,
  config: StreamConfig,
): Promise<void> {
  const { missing, contradictions } = await compare(jsm, model, config);
  const absent = [
    ...missing.streams.map(({ name }) => `stream ${name} is not there`),
    ...missing.consumers.map(({ durable_name }) => `consumer ${durable_name} is not there`),
  ].map((fault) => `${fault}: run \`npm run worker -- setup\``);
  if (contradictions.length + absent.length > 0) throw new Error([...contradictions, ...absent].join("\n"));
}

async function compare(jsm: JetStreamManager, model: ModelName, config: StreamConfig, from?: Date) {
  const missing: { streams: StreamPlan[]; consumers: ConsumerPlan[] } = { streams: [], consumers: [] };
  const contradictions: string[] = [];
  for (const plan of planStreams(config)) {
    const found = await orAbsent<StreamInfo>(jsm.streams.info(plan.name));
    if (found === undefined) missing.streams.push(plan);
    else contradictions.push(...differences(`stream ${plan.name}`, plan, found.config));
  }
  const plan = planConsumer(model, config, from);
  const found = await orAbsent<ConsumerInfo>(jsm.consumers.info(REVIEWS.stream, plan.durable_name));
  if (found === undefined) missing.consumers.push(plan);
  else
    contradictions.push(
      ...differences(`consumer ${plan.durable_name}`, comparable(plan, from), found.config),
    );
  return { missing, contradictions };
}

/** Without `from`, the start of an existing consumer does not matter. */
function comparable(plan: ConsumerPlan, from: Date | undefined): Partial<ConsumerPlan> {
  if (from !== undefined) return plan;
  const { deliver_policy: _, ...rest } = plan;
  return rest;
}

async function orAbsent<T>(info: Promise<T>): Promise<T | undefined> {
  try {
    return await info;
  } catch (error) {
    if (error instanceof JetStreamApiError && ABSENT.has(error.code)) return undefined;
    throw error;
  }
}
