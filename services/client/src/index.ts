/** The typed client of the sentiment service. It depends on the service's contract only. */
export { SentimentClient, type SentimentClientOptions } from "./client.ts";
export { SentimentError } from "./error.ts";
export type { FileOptions, FileSource, ScoredFile } from "./file.ts";
export type { ManyOptions } from "./many.ts";
export type {
  BatchItem,
  BatchResult,
  FileSettings,
  FileSummary,
  ItemResult,
  Model,
  SentimentResult,
  StreamLine,
  StreamSummary,
} from "./results.ts";
export type { Texts } from "./source.ts";
