import { post } from "./api.js";
import { byId, element } from "./dom.js";
import { Failure } from "./failure.js";
import { showWords } from "./words.js";

/** @typedef {import("./api.js").SentimentResult & { stars?: number }} Result `stars`: where the model estimates them */
/** @typedef {import("typebox").Static<typeof import("../http/schemas.ts").ExplainResult>} Explanation */

/** A pause in typing this long asks for the score. */
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

/** @param {boolean} [asked] by a key or a button; an empty text that was only typed is no mistake */
async function score(asked = false) {
  clearTimeout(pause);
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const text = input.value;
  const box = byId("result");
  byId("one-error").textContent = "";
  if (text.trim() === "" && !asked) {
    box.hidden = true;
    byId("one-status").textContent = "";
    return;
  }
  box.setAttribute("aria-busy", "true");
  try {
    const { result, explanation } = await scored(text, signal);
    if (signal.aborted) return;
    show(text, result, explanation);
  } catch (error) {
    if (signal.aborted) return;
    box.hidden = true;
    byId("one-status").textContent = "";
    byId("one-error").textContent = error instanceof Failure ? error.message : String(error);
  } finally {
    if (!signal.aborted) box.removeAttribute("aria-busy");
  }
}

/**
 * The score with its reasons; the score alone where the reasons, which cost many times more, cannot be had now.
 * @param {string} text
 * @param {AbortSignal} signal
 * @returns {Promise<{ result: Result, explanation?: Explanation }>}
 */
async function scored(text, signal) {
  try {
    const explanation = await post("sentiment/explain", { text }, signal);
    return { result: explanation.result, explanation };
  } catch (error) {
    const busy = error instanceof Failure && ["overloaded", "deadline_exceeded"].includes(error.code);
    if (!busy) throw error;
    return { result: await post("sentiment", { text }, signal) };
  }
}

/** @param {string} text @param {Result} result @param {Explanation} [explanation] */
function show(text, result, explanation) {
  const { label, score, tokens, truncated, stars, model } = result;
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
    ...(stars === undefined ? [] : [`Estimated rating: ${stars} stars.`]),
    ...(truncated
      ? [`The text is too long: the model read ${tokens.scored} of its ${tokens.total} words and signs.`]
      : []),
    ...(unread > 0
      ? [`${unread} of ${tokens.scored} words and signs are unknown to the model${named(text, explanation)}.`]
      : []),
    ...(explanation === undefined
      ? ["The service is too busy to weigh the words now; the score is complete."]
      : []),
  ];
  byId("notes").replaceChildren(...notes.map((note) => element("li", {}, note)));
  byId("why").hidden = explanation === undefined;
  if (explanation !== undefined) showWords(text, explanation);
}

/** @param {number} score */
function meaning(score) {
  const liked = Math.round(100 * score);
  return `Of 100 reviews with this score, about ${liked} ${liked === 1 ? "is" : "are"} positive.`;
}

/** The first unknown words. @param {string} text @param {Explanation} [explanation] */
function named(text, explanation) {
  const words = (explanation?.unknown ?? []).flatMap((index) => {
    const token = explanation?.tokens[index];
    return token === undefined ? [] : [text.slice(token.start, token.end)];
  });
  const several = [...new Set(words)];
  if (several.length === 0) return "";
  return `: ${several.slice(0, 5).join(", ")}${several.length > 5 ? " and more" : ""}`;
}
