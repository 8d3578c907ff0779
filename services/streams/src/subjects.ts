import { createHash } from "node:crypto";

/** The reviews to score. Every model version reads the whole stream with its own consumer. */
export const REVIEWS = { stream: "REVIEWS", subjects: ["reviews.*"] } as const;
/**
 * The answers of the models: scores.results.MODEL.KEY or scores.errors.MODEL.KEY, with at most one
 * message per subject.
 */
export const SCORES = { stream: "SCORES", subjects: ["scores.results.*.*", "scores.errors.*.*"] } as const;
/** Reviews on which workers died too often: parked.MODEL.SEQUENCE. */
export const PARKED = { stream: "PARKED", subjects: ["parked.*.*"] } as const;

export interface ModelName {
  name: string;
  version: string;
}

/** The subject of reviews from `source`, for example "file" or "feedback". */
export function reviewSubject(source: string): string {
  return `reviews.${word(source)}`;
}

/**
 * The model's part of a subject and of a consumer's name: that of reviews-bilstm 1.0.0 is
 * `reviews-bilstm-1_0_0`.
 */
export function modelWord({ name, version }: ModelName): string {
  return word(`${name}-${version}`);
}

/** The name of the consumer with which a model reads the reviews. */
export function consumerName(model: ModelName): string {
  return `sentiment-${modelWord(model)}`;
}

/**
 * The review's part of a subject: the first 22 characters of its id's SHA-256 in base64url, about 132
 * bits. An id may have characters that a subject cannot have. The key is short, because the server
 * keeps all subjects in memory.
 */
export function reviewKey(id: string): string {
  return createHash("sha256").update(id).digest("base64url").slice(0, 22);
}

/** The key of a review whose id cannot be read: its sequence number in the stream. */
export function sequenceKey(sequence: number): string {
  return `sequence-${sequence}`;
}

export function scoreSubject(kind: "results" | "errors", model: ModelName, key: string): string {
  return `scores.${kind}.${modelWord(model)}.${key}`;
}

export function parkedSubject(model: ModelName, sequence: number | "*"): string {
  return `parked.${modelWord(model)}.${sequence}`;
}

/**
 * The first 22 characters of a text's SHA-256 in base64url. It distinguishes the texts of one review
 * without showing them.
 */
export function textDigest(text: string): string {
  return reviewKey(text);
}

/** Replaces the characters that have a meaning in NATS, such as points, stars and spaces. */
function word(text: string): string {
  return text.replace(/[^A-Za-z0-9-]/g, "_");
}
