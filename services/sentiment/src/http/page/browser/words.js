import { byId, element, tableRow } from "./dom.js";
import { polyline } from "./plot.js";

/** @typedef {import("./one-text.js").Explanation} Explanation */
/** @typedef {Explanation["tokens"][number]} Token */
/** @typedef {Pick<Token, "start" | "end" | "contribution">} Part */

/**
 * A change of the log-odds by this much gets the full tint, even where nothing else in the text
 * moves the score more.
 */
const FULL_TINT = 0.5;
/** Less tint than this is not visible. */
const LEAST_TINT = 0.2;

/**
 * The text tinted, the same as tables, and the score while reading.
 * @param {string} text
 * @param {Explanation} explanation
 */
export function showWords(text, { tokens: all, sentences, unknown }) {
  const unknowns = new Set(unknown.map((index) => all[index]));
  const tokens = all.filter(({ start, end }) => end > start); // a token of rare letters can have no characters in the text
  byId("words").replaceChildren(...tinted(text, tokens, sentences, unknowns));
  const measured = tokens.filter(({ contribution }) => contribution !== null);
  byId("words-rows").replaceChildren(
    ...byWeight(measured).map(({ running, ...part }) =>
      row(text, part, running?.toFixed(3) ?? "not measured"),
    ),
  );
  byId("sentences-rows").replaceChildren(...sentences.map((part) => row(text, part)));
  byId("sentences").hidden = sentences.length < 2;
  const running = tokens.flatMap((token) => (token.running === null ? [] : [token.running]));
  byId("reading").hidden = running.length < 2;
  byId("reading-plot").replaceChildren(polyline([0.5, 0.5]), polyline(running));
  byId("words-note").textContent =
    measured.length < tokens.length
      ? `${measured.length} of ${tokens.length} words and signs were left out one at a time. ` +
        "The others have the tint of their sentence, which was left out as a whole."
      : "";
}

/**
 * @param {string} text
 * @param {Token[]} tokens
 * @param {Explanation["sentences"]} sentences
 * @param {Set<Token | undefined>} unknowns
 */
function tinted(text, tokens, sentences, unknowns) {
  /** @type {(Node | string)[]} */
  const parts = [];
  const [words, wholes] = [strongest(tokens), strongest(sentences)];
  let at = 0;
  for (const token of tokens) {
    const { start, end, contribution } = token;
    const word = text.slice(start, end);
    const sentence = sentences.find((whole) => whole.start <= start && end <= whole.end);
    parts.push(text.slice(at, start));
    at = end;
    if (unknowns.has(token))
      parts.push(element("span", { class: "unknown", title: "unknown to the model" }, word));
    else if (contribution !== null) parts.push(tint(word, contribution, contribution / words));
    else if (sentence !== undefined)
      parts.push(tint(word, sentence.contribution, sentence.contribution / wholes / 4));
    else parts.push(word);
  }
  return [...parts, text.slice(at)];
}

/**
 * @param {string} word
 * @param {number} contribution
 * @param {number} strength of the strongest, -1..1
 */
function tint(word, contribution, strength) {
  // The square root keeps words of medium weight visible beside the strongest.
  const weight = Math.sqrt(Math.abs(strength));
  if (weight < LEAST_TINT) return word;
  const span = element(
    "span",
    { class: strength > 0 ? "for" : "against", title: signed(contribution) },
    word,
  );
  span.style.setProperty("--weight", `${Math.round(100 * weight)}%`);
  return span;
}

/** @param {string} text @param {Part} part @param {...string} more */
function row(text, { start, end, contribution }, ...more) {
  const change = contribution ?? 0;
  return tableRow(text.slice(start, end), signed(change), change >= 0 ? "positive" : "negative", ...more);
}

/** @param {Part[]} parts */
function strongest(parts) {
  return parts.reduce((most, part) => Math.max(most, Math.abs(part.contribution ?? 0)), FULL_TINT);
}

/** @param {Token[]} tokens */
function byWeight(tokens) {
  return tokens.toSorted((a, b) => Math.abs(b.contribution ?? 0) - Math.abs(a.contribution ?? 0));
}

/** @param {number} value */
function signed(value) {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}
