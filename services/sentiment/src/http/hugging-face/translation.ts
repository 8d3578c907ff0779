import { closed, Problem } from "@undertone/base";
import { LABELS } from "@undertone/models";
import Type, { type Static } from "typebox";
import { PROBLEMS } from "../errors.ts";

const Text = Type.String({ examples: ["A great film."] });

/** Members of other names are ignored, as text-embeddings-inference does. */
export const PredictBody = Type.Object({
  inputs: Type.Union([Text, Type.Array(Text), Type.Array(Type.Array(Text))]),
  truncate: Type.Optional(
    Type.Boolean({
      default: true,
      description: "If true, a text that is longer than the model reads is cut. If false, it is refused.",
    }),
  ),
  raw_scores: Type.Optional(
    Type.Boolean({
      default: false,
      description: "If true, the answer has centred logits instead of probabilities.",
    }),
  ),
  parameters: Type.Optional(
    Type.Object(
      {
        top_k: Type.Optional(Type.Integer({ minimum: 1, description: "The number of labels per text." })),
        function_to_apply: Type.Optional(
          Type.Enum(["softmax", "none"], { description: "`none` means the same as `raw_scores: true`." }),
        ),
      },
      closed,
    ),
  ),
});

export const Predictions = Type.Array(
  Type.Object({ score: Type.Number(), label: Type.Enum([...LABELS]) }, closed),
);

/** The error types of text-embeddings-inference, with their statuses. */
const TYPES = {
  Empty: 400,
  Validation: 413,
  Tokenizer: 422,
  Backend: 424,
  Overloaded: 429,
  Unhealthy: 503,
} as const;

const TYPE_OF: Record<string, keyof typeof TYPES> = {
  empty_text: "Empty",
  text_too_long: "Validation",
  body_too_large: "Validation",
  no_known_words: "Tokenizer",
  no_opinion: "Tokenizer",
  not_english: "Tokenizer",
  few_known_words: "Tokenizer",
  unscorable_text: "Tokenizer",
  invalid_body: "Validation",
  rate_limited: "Overloaded",
  overloaded: "Overloaded",
  draining: "Unhealthy",
  deadline_exceeded: "Backend",
  internal: "Backend",
};

/**
 * A problem as text-embeddings-inference answers it. A problem that it does not have keeps its own
 * status.
 */
export function predictError({ code, message }: Problem) {
  const type = TYPE_OF[code];
  if (code === "invalid_body") return { status: 422, body: { error: message, error_type: type } };
  const status = type === undefined ? PROBLEMS[code as keyof typeof PROBLEMS].status : TYPES[type];
  return { status, body: { error: message, error_type: type ?? "Validation" } };
}

const PredictError = Type.Object(
  { error: Type.String(), error_type: Type.Enum(Object.keys(TYPES)) },
  { ...closed, title: "PredictError" },
);

/** The error types of text-embeddings-inference, and two problems that it does not have. */
const described = [
  ...Object.entries(TYPES).map(([type, status]) => [status, `\`${type}\``] as const),
  ...(["unauthorized", "unsupported_media_type"] as const).map(
    (code) => [PROBLEMS[code].status, PROBLEMS[code].title] as const,
  ),
];
export const predictResponses = Object.fromEntries(
  described.map(([status, description]) => [status, { ...PredictError, description }]),
);

/**
 * `single`: the answer is one list of labels and not a list of lists. `flatPairs`: a flat list is
 * one sequence of texts, as in text-embeddings-inference.
 */
export function sequencesOf(
  inputs: Static<typeof PredictBody>["inputs"],
  flatPairs: boolean,
): { texts: string[]; single: boolean } {
  if (typeof inputs === "string") return { texts: [inputs], single: true };
  if (inputs.length === 0)
    throw new Problem("invalid_body", "inputs: expected at least one text, got an empty list.");
  const nested = inputs.map((one) => (typeof one === "string" ? [one] : one));
  const flat = typeof inputs[0] === "string";
  const pair = "inputs: expected one text per list, as in [[text], [text]], got a list of another length.";
  if (flat && flatPairs && inputs.length > 1) throw new Problem("invalid_body", pair);
  if (nested.some(({ length }) => length !== 1)) throw new Problem("invalid_body", pair);
  return { texts: nested.map(([text]) => text!), single: flat && flatPairs };
}

/** Both labels, the higher score first. */
export function toPredictions(positive: number, { raw_scores, parameters }: Static<typeof PredictBody>) {
  const raw = raw_scores === true || parameters?.function_to_apply === "none";
  const logit = Math.log(positive / (1 - positive)) / 2;
  const scores = raw ? [-logit, logit] : [1 - positive, positive];
  return LABELS.map((label, index) => ({ score: scores[index]!, label }))
    .sort((a, b) => b.score - a.score)
    .slice(0, parameters?.top_k);
}
