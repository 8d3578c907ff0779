import Sentiment from "sentiment";
import model from "wink-eng-lite-web-model";
import winkNLP from "wink-nlp";
import winkSentiment from "wink-sentiment";
import { vaderScore } from "../recommender/vader.ts";
import type { Peer } from "./peer.ts";

const afinn = new Sentiment();
const nlp = winkNLP(model, ["sbd", "negation", "sentiment"]);

const each = (name: string, score: (text: string) => number): Peer => ({
  name,
  score: async (texts) => Float64Array.from(texts, score),
});

/** The lexicons of npm. Each has its own scale of scores. */
export const lexicons: Peer[] = [
  each("sentiment (AFINN)", (text) => afinn.analyze(text).comparative),
  each("vader-sentiment", vaderScore),
  each("wink-sentiment", (text) => winkSentiment(text).normalizedScore),
  each("wink-nlp", (text) => Number(nlp.readDoc(text).out(nlp.its.sentiment))),
];
