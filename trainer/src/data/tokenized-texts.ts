import { type TextSettings, tokenize } from "@undertone/models";
import type { Split } from "./split-corpus.ts";

/**
 * The texts of a run as tokens. Each text is int32 `[tokens of the text]`, indices into
 * `vocabulary.tokens`.
 */
export interface TokenizedSplit {
  vocabulary: TokenVocabulary;
  /** The training texts, followed by the unrated ones. */
  train: Int32Array[];
  validation: Int32Array[];
  test: Int32Array[];
  /**
   * How often each token occurs in the training texts if they are split on single spaces, as in the
   * article.
   */
  onSpaces: Map<string, number>;
}

/** Every word for which a vector may be needed. */
export const wordsOf = ({ vocabulary, onSpaces }: TokenizedSplit): Set<string> =>
  new Set([...vocabulary.tokens, ...onSpaces.keys()]);

/**
 * Splits every text of a run into tokens once. The vocabulary, the lengths and the ids are made
 * from them.
 * @param training the texts to train on
 */
export function tokenizeSplit(
  training: readonly { text: string }[],
  { validation, test }: Pick<Split, "validation" | "test">,
  settings: TextSettings,
): TokenizedSplit {
  const vocabulary = new TokenVocabulary(settings);
  return {
    vocabulary,
    train: vocabulary.tokenize(training),
    validation: vocabulary.tokenize(validation),
    test: vocabulary.tokenize(test),
    onSpaces: countOnSpaces(training),
  };
}

function countOnSpaces(texts: readonly { text: string }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { text } of texts)
    for (const token of text.split(" ")) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}

/** The distinct tokens of the texts, so that a text takes four bytes per token. */
class TokenVocabulary {
  /** In the order of their first occurrence. */
  readonly tokens: string[] = [];
  readonly #places = new Map<string, number>();
  readonly #settings: TextSettings;

  constructor(settings: TextSettings) {
    this.#settings = settings;
  }

  tokenize(texts: readonly { text: string }[]): Int32Array[] {
    return texts.map(({ text }) =>
      Int32Array.from(tokenize(text, this.#settings), (token) => this.#place(token)),
    );
  }

  #place(token: string): number {
    const known = this.#places.get(token);
    if (known !== undefined) return known;
    this.#places.set(token, this.tokens.length);
    return this.tokens.push(token) - 1;
  }

  /** How often each token occurs in these texts. */
  count(texts: readonly Int32Array[]): Map<string, number> {
    const counts = new Float64Array(this.tokens.length);
    for (const text of texts) for (const place of text) counts[place]!++;
    const present = [...this.tokens.entries()].filter(([place]) => counts[place]! > 0);
    return new Map(present.map(([place, token]) => [token, counts[place]!]));
  }
}
