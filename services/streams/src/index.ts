/**
 * What all programs that use the streams share: the connection, the subjects, and a publisher that
 * retries without duplicates.
 */
export type { NatsConnection } from "@nats-io/transport-node";
export { type ConnectOptions, connectNats } from "./connect.ts";
export { type Message, type NewestOptions, type Published, Publisher } from "./publisher.ts";
export { type NatsConfig, natsSettings } from "./settings.ts";
export * from "./subjects.ts";
