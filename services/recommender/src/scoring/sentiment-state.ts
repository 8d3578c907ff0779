import { SentimentError } from "@undertone/client";

/** What the last call to the sentiment service showed. `unknown`: there was no call yet. */
export const SENTIMENT_STATES = {
  unknown: "The sentiment service has not been called yet.",
  ok: "The sentiment service answers.",
  unreachable: "No service answers at SENTIMENT_URL.",
  slow: "The sentiment service did not answer in time.",
  unauthorized: "The sentiment service refuses the key; check SENTIMENT_API_KEY.",
  busy: "The sentiment service cannot take more work now.",
  failing: "The sentiment service answers with errors.",
} as const;
export type SentimentState = keyof typeof SENTIMENT_STATES;

const STATES: Readonly<Record<string, SentimentState>> = {
  unreachable: "unreachable",
  deadline_exceeded: "slow",
  unauthorized: "unauthorized",
  overloaded: "busy",
  draining: "busy",
  rate_limited: "busy",
};

/** The state of the sentiment service after a failed call. */
export function stateOf(error: unknown): SentimentState {
  if (!(error instanceof SentimentError)) return "failing";
  if (error.status === 401 || error.status === 403) return "unauthorized";
  return STATES[error.code] ?? "failing";
}
