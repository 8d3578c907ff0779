import Type from "typebox";
import type { Recommender } from "../recommender.ts";
import { SENTIMENT_STATES, type SentimentState } from "../scoring/sentiment-state.ts";
import { closed } from "./schemas.ts";

/** The part of /readyz about the sentiment service. The recommender is ready without it. */
export const SentimentStatus = Type.Object(
  {
    state: Type.Enum(Object.keys(SENTIMENT_STATES) as SentimentState[], {
      description: "The outcome of the last call to the sentiment service.",
    }),
    detail: Type.String({ description: "The state in words, and what to check." }),
    since: Type.String({ format: "date-time", description: "The time at which this state began." }),
    unscored_texts: Type.Integer({
      minimum: 0,
      description: "The number of texts that are still to be scored.",
    }),
  },
  {
    ...closed,
    description: [
      "The state of the sentiment service. Without it the recommender stores reviews and",
      "recommends items, and scores the texts when the service is back.",
    ].join(" "),
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
