/** Times are ISO 8601 in UTC with milliseconds, so that their text order is their order. */
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

/** What one user said of one item; the key is the pair. Without `text` and `rating` it is a plain interaction. */
export interface FeedbackRow {
  user_id: string;
  item_id: string;
  at: string;
  /** Stars, 1..5. */
  rating: number | null;
  text: string | null;
  /** P(positive) of the text, 0..1. Kept while it waits to be scored again. */
  score: number | null;
  /** What the text's stars are by the model's estimate, where it gives one; never those that were given. */
  stars: number | null;
  /** Who scored the text, or refused it (then `score` is null): "name@version". Null: still to be scored. */
  model: string | null;
  /** Tries to score the text so far. */
  attempts: number;
}

export type FeedbackKey = Pick<FeedbackRow, "user_id" | "item_id">;
