/**
 * What every program that speaks to the streams shares: the connection, the subjects, and how to
 * publish safely.
 */
export type { NatsConnection } from "@nats-io/transport-node";
export { type ConnectOptions, connectNats } from "./connect.ts";
export { type Message, type NewestOptions, type Published, Publisher } from "./publisher.ts";
export { type NatsConfig, natsSettings } from "./settings.ts";
export * from "./subjects.ts";
