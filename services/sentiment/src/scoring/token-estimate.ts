/** Characters after which the weight of a measurement is 1/e. */
const MEMORY_CHARACTERS = 1_000_000;
/** Tokens per character of English reviews, before the first measurement. */
const INITIAL = 0.2;

/**
 * The tokens of texts before they are encoded, from their length. Tokens per character are averaged
 * exponentially over the texts that were encoded last.
 */
export class TokenEstimate {
  #perCharacter = INITIAL;

  /** An encoder made this many tokens of this many characters. */
  observe(tokens: number, characters: number): void {
    const weight = 1 - Math.exp(-characters / MEMORY_CHARACTERS);
    if (weight > 0) this.#perCharacter += weight * (tokens / characters - this.#perCharacter);
  }

  /** The tokens of texts with so many characters (or bytes of UTF-8) in all. */
  tokensOf(characters: number): number {
    return Math.floor(this.#perCharacter * characters);
  }
}
