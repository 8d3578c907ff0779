import { byId, element, tableRow } from "./dom.js";
import { polyline } from "./plot.js";

/** @typedef {import("./one-text.js").Explanation} Explanation */
/** @typedef {Explanation["tokens"][number]} Token */

/** A change of the log-odds by this much gets the full tint, even where nothing else in the text moves the score more. */
const FULL_TINT = 0.5;

/** The text with its words tinted, the same as a table, and the score while reading. @param {string} text @param {Explanation} explanation */
export function showWords(text, { tokens, unknown }) {
  const strongest = tokens.reduce(
    (most, { contribution }) => Math.max(most, Math.abs(contribution ?? 0)),
    FULL_TINT,
  );
  const unknowns = new Set(unknown);
  byId("words").replaceChildren(...tinted(text, tokens, unknowns, strongest));
  const measured = tokens.filter(({ contribution }) => contribution !== null);
  measured.sort((a, b) => Math.abs(b.contribution ?? 0) - Math.abs(a.contribution ?? 0));
  byId("words-rows").replaceChildren(
    ...measured.map(({ start, end, contribution, running }) =>
      tableRow(
        text.slice(start, end),
        signed(contribution ?? 0),
        (contribution ?? 0) >= 0 ? "positive" : "negative",
        running === null ? "not measured" : running.toFixed(3),
      ),
    ),
  );
  const running = tokens.flatMap((token) => (token.running === null ? [] : [token.running]));
  byId("reading").hidden = running.length < 2;
  byId("reading-plot").replaceChildren(polyline([0.5, 0.5]), polyline(running));
  byId("words-note").textContent =
    measured.length < tokens.length
      ? `${measured.length} of ${tokens.length} words and signs were left out one at a time; the rest has no tint.`
      : "";
}

/** @param {string} text @param {Token[]} tokens @param {Set<number>} unknowns @param {number} strongest */
function tinted(text, tokens, unknowns, strongest) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let at = 0;
  tokens.forEach(({ start, end, contribution }, index) => {
    parts.push(text.slice(at, start));
    at = end;
    const word = text.slice(start, end);
    if (unknowns.has(index))
      parts.push(element("span", { class: "unknown", title: "unknown to the model" }, word));
    else if (contribution === null) parts.push(word);
    else parts.push(tint(word, contribution, strongest));
  });
  return [...parts, text.slice(at)];
}

/** @param {string} word @param {number} contribution @param {number} strongest */
function tint(word, contribution, strongest) {
  // The root keeps the middling words visible beside the strongest.
  const weight = Math.sqrt(Math.abs(contribution) / strongest);
  if (weight < 0.15) return word;
  const span = element(
    "span",
    { class: contribution > 0 ? "for" : "against", title: signed(contribution) },
    word,
  );
  span.style.setProperty("--weight", `${Math.round(100 * weight)}%`);
  return span;
}

/** @param {number} value */
function signed(value) {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}
