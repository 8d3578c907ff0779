import Type from "typebox";
import type { Recommender } from "../recommender.ts";
import { SENTIMENT_STATES, type SentimentState } from "../scoring/sentiment-state.ts";
import { closed } from "./schemas.ts";

/** The part of /readyz about the sentiment service. The recommender is ready without it. */
export const SentimentStatus = Type.Object(
  {
    state: Type.Enum(Object.keys(SENTIMENT_STATES) as SentimentState[], {
      description: "What the last call to the sentiment service showed.",
    }),
    detail: Type.String({ description: "The state in words, with what to check." }),
    since: Type.String({ format: "date-time", description: "When this state began." }),
    unscored_texts: Type.Integer({ minimum: 0, description: "Texts that are still to be scored." }),
  },
  {
    ...closed,
    description:
      "The sentiment service. Without it reviews are stored and recommendations are given; texts are scored when it is back.",
  },
);

export function sentimentStatus({ sentiment: { state, since }, catalogue }: Recommender) {
  return {
    sentiment: {
      state,
      detail: SENTIMENT_STATES[state],
      since: since.toISOString(),
      unscored_texts: catalogue.unscored,
    },
  };
}
