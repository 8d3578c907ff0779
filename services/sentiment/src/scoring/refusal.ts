/** Why a text gets no score. The first seven concern the text; the others the state of the engine. */
export type RefusalCode =
  | "empty_text"
  | "no_known_words"
  | "no_opinion"
  | "not_english"
  | "few_known_words"
  | "text_too_long"
  | "unscorable_text"
  | "overloaded"
  | "draining"
  | "deadline_exceeded";

/** A text that gets no score. `message` is for the client and never quotes the text. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  /** Whole seconds after which to try again, where that is known. */
  readonly retryAfter: number | undefined;

  constructor(code: RefusalCode, message: string, retryAfter?: number) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.retryAfter = retryAfter;
  }
}
