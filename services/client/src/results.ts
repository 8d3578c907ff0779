import type { paths } from "./contract.ts";

type Answer<Response> = Response extends { 200: { content: { "application/json": infer Body } } }
  ? Body
  : never;
type BatchBody = paths["/sentiment/batch"]["post"]["requestBody"]["content"]["application/json"];

export type SentimentResult = Answer<paths["/sentiment"]["post"]["responses"]>;
export type BatchItem = BatchBody["items"][number];
export type BatchResult = Answer<paths["/sentiment/batch"]["post"]["responses"]>;
export type ItemResult = BatchResult["results"][number];
export type StreamAnswer =
  paths["/sentiment/stream"]["post"]["responses"][200]["content"]["application/x-ndjson"];
export type StreamLine = Exclude<StreamAnswer, { summary: unknown }>;
export type StreamSummary = Extract<StreamAnswer, { summary: unknown }>;
export type UploadState = Answer<paths["/sentiment/file/{id}"]["get"]["responses"]>;
export type FileSummary = Pick<UploadState, "summary" | "model">;
/** How a file is read and answered; what is not given is detected. */
export type FileSettings = Omit<
  NonNullable<paths["/sentiment/file"]["post"]["parameters"]["query"]>,
  "summary" | "id"
>;
export type Model = Answer<paths["/model"]["get"]["responses"]>;
export type Problem = paths["/model"]["get"]["responses"][503]["content"]["application/problem+json"];
