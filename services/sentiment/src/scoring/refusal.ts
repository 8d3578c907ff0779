/** Why a text gets no score. The first four are the text's own fault; the rest are the engine's state. */
export type RefusalCode =
  | "empty_text"
  | "no_known_words"
  | "text_too_long"
  | "unscorable_text"
  | "overloaded"
  | "draining"
  | "deadline_exceeded"
  | "internal";

/** `message` is for the client: it never quotes the text. */
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
