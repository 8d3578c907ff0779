/**
 * What went wrong, by the service's code or one of the page's own, said so that a person can act on
 * it.
 */
export class Failure extends Error {
  /**
   * @param {string} code
   * @param {string} [detail] what the service said
   * @param {number} [retryAfter] seconds
   */
  constructor(code, detail = "", retryAfter) {
    super(explained(code, detail, retryAfter));
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** @param {Response} response @returns {Promise<Failure>} */
export async function failureOf(response) {
  const problem = await response.json().catch(() => ({}));
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : undefined;
  return new Failure(
    problem.code ?? "internal",
    problem.detail ?? `It answered ${response.status}.`,
    retryAfter,
  );
}

/** @type {Record<string, string>} */
const SENTENCES = {
  unreachable: "The service does not answer. Is it still running, and are you still connected?",
  cut_off: "The connection broke off before the answer was complete. Try again.",
  empty_text: "There is nothing to score yet: write a review first.",
  no_known_words:
    "The model knows none of these words. It reads English reviews; check the language and the spelling.",
  no_opinion: "This is only a placeholder for a review, such as n/a. There is no opinion in it to score.",
  not_english: "This text is not in English, the only language that the model reads.",
  few_known_words:
    "The model knows few of these words. It reads English reviews; check the language and the spelling.",
  text_too_long: "This text is longer than the service scores.",
  unscorable_text: "Scoring this text fails every time. Please report it to whoever runs this service.",
  body_too_large: "This text is larger than the service takes.",
  unauthorized:
    "This service needs an API key, and this one is missing or wrong. Put one in the field at the top.",
  foreign_origin:
    "This page belongs to another site than the service. Open the page at the service's own address.",
  misdirected_request:
    "The service does not answer under this host name. Whoever runs it can allow the name.",
  invalid_item: "This item could not be read. Check its text and its id.",
  rate_limited: "You have sent more requests than this service allows.",
  overloaded: "The service is busy with other work.",
  draining: "The service is being shut down or replaced.",
  deadline_exceeded: "It took too long. The service is busy, or the text is very long.",
  invalid_row: "This row has no text, or not as many fields as the header.",
  internal: "Something failed inside the service. That is not your fault; its log has the cause.",
};

/**
 * @param {string} code
 * @param {string} detail
 * @param {number} [retryAfter] seconds
 */
function explained(code, detail, retryAfter) {
  const sentence = SENTENCES[code] ?? detail;
  if (code === "text_too_long" || code === "body_too_large") return `${sentence} ${detail}`.trim();
  if (retryAfter === undefined) return sentence;
  return `${sentence} Try again in ${retryAfter} ${retryAfter === 1 ? "second" : "seconds"}.`;
}
