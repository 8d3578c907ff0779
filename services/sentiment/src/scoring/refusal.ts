/** The faults of a text itself. The same text is refused again. */
export const TEXT_FAULTS = [
  "empty_text",
  "no_known_words",
  "no_opinion",
  "not_english",
  "few_known_words",
  "text_too_long",
  "unscorable_text",
] as const;
export type TextFault = (typeof TEXT_FAULTS)[number];

/** Why a text gets no score: its own fault, or the state of the engine. */
export type RefusalCode = TextFault | "overloaded" | "draining" | "deadline_exceeded";

/** A text that gets no score. `message` is for the client and never quotes the text. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  /** Whole seconds after which to try again, if known. */
  readonly retryAfter: number | undefined;

  constructor(code: RefusalCode, message: string, retryAfter?: number) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** Whether a refusal is about the text. All others are about the state of the engine. */
export function isTextFault(code: RefusalCode): code is TextFault {
  return TEXT_FAULTS.some((fault) => fault === code);
}
