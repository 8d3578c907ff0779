/** Times are ISO 8601 in UTC with milliseconds, so that they sort as text. */
export interface Tables {
  items: ItemRow;
  feedback: FeedbackRow;
}

export interface ItemRow {
  item_id: string;
  category: string | null;
  /** 0 or 1: SQLite has no booleans. */
  hidden: number;
  created_at: string;
}

/**
 * One user's feedback on one item; the pair is the key. Without `text` and `rating` it is an
 * interaction.
 */
export interface FeedbackRow {
  user_id: string;
  item_id: string;
  at: string;
  /** Stars, 1..5. */
  rating: number | null;
  text: string | null;
  /** P(positive) of the text, 0..1. The old value stays until the text has been scored again. */
  score: number | null;
  /**
   * The stars that the model estimates for the text, if the model estimates them. The stars that the
   * user gave are `rating`.
   */
  stars: number | null;
  /**
   * The model that scored or refused the text, "name@version". Null: the text is still to be
   * scored.
   */
  model: string | null;
  /**
   * Why the text has no score and counts as an interaction only: the code of the sentiment
   * service's error ("no_known_words") or its warning ("not_english").
   */
  interaction_only: string | null;
  /** The number of times that the text was sent without getting a final answer. */
  attempts: number;
}

export type FeedbackKey = Pick<FeedbackRow, "user_id" | "item_id">;
