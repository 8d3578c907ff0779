/** The typed client of the sentiment service. It knows its contract, and nothing else of it. */
export { SentimentClient, type SentimentClientOptions } from "./client.ts";
export { SentimentError } from "./error.ts";
export type { BatchItem, BatchResult, ItemResult, Model, SentimentResult } from "./results.ts";
