import { COMMON_PROBLEMS } from "@undertone/base/problem";
import Type from "typebox";
import { Compile } from "typebox/compile";
import { TEXT_FAULTS } from "../scoring/refusal.ts";
import { Score } from "../scoring/score.ts";

const closed = { additionalProperties: false };
const version = Type.Literal(1, { description: "The version of this message's format." });
const id = Type.String({
  minLength: 1,
  maxLength: 1_000,
  pattern: "^[^\\p{Cc}\\p{Cs}]+$",
  description: "The review's id. Every message about the review has it. It has no control characters.",
});

/** What a publisher sends to reviews.*. */
export const ReviewMessage = Type.Object(
  { version, id, text: Type.String({ description: "The text to score, as it was written." }) },
  { ...closed, title: "Review" },
);
export type ReviewMessage = Type.Static<typeof ReviewMessage>;

const common = {
  version,
  model: Type.Object({ name: Type.String(), version: Type.String() }, closed),
  sequence: Type.Integer({
    minimum: 1,
    description: [
      "The review's sequence number in the stream REVIEWS. Of two messages about one review, the",
      "one with the higher number counts.",
    ].join(" "),
  }),
};
const digest = Type.String({ description: "The first 22 characters of the text's SHA-256 in base64url." });

/** What a worker sends to scores.results. */
export const ResultMessage = Type.Object(
  { ...common, id, digest, ...Score.properties },
  { ...closed, title: "Result" },
);
export type ResultMessage = Type.Static<typeof ResultMessage>;

/** What is wrong with a text or a message: HTTP's code and detail. */
export const ScoreError = Type.Object(
  {
    code: Type.Enum(["invalid_body", ...TEXT_FAULTS] as const),
    detail: Type.String({ description: "The cause of the error. It never has the text." }),
  },
  closed,
);
export type ScoreError = Type.Static<typeof ScoreError>;

/** What a worker sends to scores.errors. */
export const ErrorMessage = Type.Object(
  {
    ...common,
    id: Type.Optional({ ...id, description: "The review's id, if the message had one that could be read." }),
    digest: Type.Optional(digest),
    error: ScoreError,
  },
  { ...closed, title: "Error" },
);
export type ErrorMessage = Type.Static<typeof ErrorMessage>;

const review = Compile(ReviewMessage);
const reviewId = Compile(id);

/** A message that does not match the schema, with its id if the id could be read. */
export interface InvalidReview {
  id: string | undefined;
  error: ScoreError;
}

/**
 * Reads a review as HTTP reads a body: what does not match the schema is refused, never converted.
 */
export function readReview(data: Uint8Array): ReviewMessage | InvalidReview {
  const fault = (detail: string, found?: string): InvalidReview => ({
    id: found,
    error: { code: "invalid_body", detail },
  });
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString());
  } catch {
    return fault("The message could not be read as JSON.");
  }
  if (review.Check(value)) return value;
  const [error] = review.Errors(value);
  const found = (value as { id?: unknown } | null)?.id;
  const detail = error === undefined ? COMMON_PROBLEMS.invalid_body.title : `${error.message}.`;
  const known = reviewId.Check(found) ? found : undefined;
  return fault(`message${error?.instancePath ?? ""} ${detail}`, known);
}
