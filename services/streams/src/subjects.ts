import { createHash } from "node:crypto";

/** Where reviews wait. Every model version reads the whole stream with a consumer of its own. */
export const REVIEWS = { stream: "REVIEWS", subjects: ["reviews.*"] } as const;
/**
 * What models said: scores.results.MODEL.KEY or scores.errors.MODEL.KEY, at most one message per
 * subject.
 */
export const SCORES = { stream: "SCORES", subjects: ["scores.results.*.*", "scores.errors.*.*"] } as const;
/** Reviews on which a worker died again and again: parked.MODEL.SEQUENCE. */
export const PARKED = { stream: "PARKED", subjects: ["parked.*.*"] } as const;

export interface ModelName {
  name: string;
  version: string;
}

/** `source` says where a review comes from: a file, the recommender. One word of a subject. */
export function reviewSubject(source: string): string {
  return `reviews.${word(source)}`;
}

/**
 * A model as one word of a subject and of a consumer's name: `reviews-bilstm 1.0.0` is
 * reviews-bilstm-1_0_0.
 */
export function modelWord({ name, version }: ModelName): string {
  return word(`${name}-${version}`);
}

/** The consumer with which a model reads the reviews. */
export function consumerName(model: ModelName): string {
  return `sentiment-${modelWord(model)}`;
}

/**
 * What a review is called in a subject, whatever characters its id has: 128 bits of its sha256 in
 * base64url. A subject costs the server memory, so it is kept short.
 */
export function reviewKey(id: string): string {
  return createHash("sha256").update(id).digest("base64url").slice(0, 22);
}

/** The key of a review that has no id that could be read: its place in the stream. */
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
 * 128 bits of a text's sha256 in base64url: tells two texts of one review apart without showing
 * either.
 */
export function textDigest(text: string): string {
  return reviewKey(text);
}

/** NATS gives points, stars and spaces a meaning of their own. */
function word(text: string): string {
  return text.replace(/[^A-Za-z0-9-]/g, "_");
}
