/** The columns a row gets, in this order: the same as `npm run score` adds (a test compares). */
export const ADDED = ["sentiment_label", "sentiment_score", "sentiment_truncated", "sentiment_error"];
