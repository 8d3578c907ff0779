import { post } from "./api.js";
import { byId, element } from "./dom.js";
import { showWords } from "./words.js";

/** @typedef {import("./api.js").SentimentResult} Result */
/** @typedef {import("typebox").Static<typeof import("../../schemas.ts").ExplainResult>} Explanation */

/** After a pause in typing of this length the text is scored. */
const PAUSE_MS = 500;
const input = /** @type {HTMLTextAreaElement} */ (byId("text"));
/** @type {ReturnType<typeof setTimeout> | undefined} */
let pause;
let asking = new AbortController();

/** @param {(text: string) => void} changed told of every text, for the snippets */
export function oneText(changed) {
  const form = byId("one");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    score(true);
  });
  input.addEventListener("input", () => {
    changed(input.value);
    clearTimeout(pause);
    pause = setTimeout(score, PAUSE_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) score(true);
  });
  for (const example of form.querySelectorAll("button[data-text]")) {
    example.addEventListener("click", () => {
      input.value = example.getAttribute("data-text") ?? "";
      changed(input.value);
      score(true);
    });
  }
}

/**
 * @param {boolean} [asked] by a key or a button; an empty text that was only typed is no mistake
 */
async function score(asked = false) {
  clearTimeout(pause);
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const text = input.value;
  const [box, why] = [byId("result"), byId("why")];
  byId("one-error").textContent = "";
  byId("why-not").textContent = "";
  if (text.trim() === "" && !asked) {
    box.hidden = true;
    byId("one-status").textContent = "";
    return;
  }
  box.setAttribute("aria-busy", "true");
  try {
    show(await post("sentiment", { text }, signal));
  } catch (error) {
    if (signal.aborted) return;
    box.hidden = true;
    byId("one-status").textContent = "";
    byId("one-error").textContent = /** @type {Error} */ (error).message;
  }
  box.removeAttribute("aria-busy");
  if (box.hidden) return;
  // Explaining takes many times longer than scoring, so the score is shown first.
  why.setAttribute("aria-busy", "true");
  try {
    explain(text, await post("sentiment/explain", { text }, signal));
  } catch (error) {
    if (signal.aborted) return;
    why.hidden = true;
    byId("why-not").textContent = `The words could not be explained. ${/** @type {Error} */ (error).message}`;
  }
  why.removeAttribute("aria-busy");
}

/** @type {Record<string, string>} */
const WARNINGS = {
  not_english:
    "This text does not look like English, the only language that the model reads. Do not trust the score.",
  few_known_words: "The model knows fewer than half of these words, so the score says little.",
};

/** @param {Result} result */
function show(result) {
  const { label, score, tokens, truncated, stars, warnings = [], model } = result;
  const sure = (100 * Math.max(score, 1 - score)).toFixed(1);
  byId("result").hidden = false;
  byId("score").textContent = score.toFixed(4);
  byId("label").textContent = label;
  byId("label").className = label === "positive" ? "chip for" : "chip against";
  byId("confidence").textContent = `${sure} % sure`;
  byId("needle").style.setProperty("--at", `${(100 * score).toFixed(2)}%`);
  byId("meaning").textContent = meaning(score);
  byId("one-status").textContent = `${label}, ${sure} percent sure`;
  byId("raw").textContent = JSON.stringify(result, null, 2);
  byId("scored-by").textContent = `${model.name} ${model.version}`;
  const unread = tokens.scored - tokens.known;
  const notes = [
    ...warnings.map((warning) => WARNINGS[warning] ?? warning),
    ...(stars === undefined ? [] : [`Estimated rating: ${stars} stars.`]),
    ...(truncated
      ? [`The text is too long: the model read ${tokens.scored} of its ${tokens.total} words and signs.`]
      : []),
    ...(unread > 0 ? [`${unread} of ${tokens.scored} words and signs are unknown to the model.`] : []),
  ];
  byId("notes").replaceChildren(...notes.map((note) => element("li", {}, note)));
}

/** @param {string} text @param {Explanation} explanation */
function explain(text, explanation) {
  byId("why").hidden = false;
  showWords(text, explanation);
}

/** @param {number} score */
function meaning(score) {
  const liked = Math.round(100 * score);
  return `Of 100 reviews with this score, about ${liked} ${liked === 1 ? "is" : "are"} positive.`;
}
