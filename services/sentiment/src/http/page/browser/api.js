import { Failure, failureOf } from "./failure.js";

/** The routes that the page calls. Addresses are relative, so that a proxy may serve the page below any path. */

/** @typedef {import("typebox").Static<typeof import("../../schemas.ts").SentimentResult>} SentimentResult */
/** @typedef {import("typebox").Static<typeof import("../../schemas.ts").StreamAnswer>} StreamAnswer */

const STORED = "undertone-key";
const tab = globalThis.sessionStorage;
let key = tab?.getItem(STORED) ?? "";

/** The API key is kept for as long as the tab, and nowhere else. @param {string} value */
export function useKey(value) {
  key = value;
  if (value === "") tab.removeItem(STORED);
  else tab.setItem(STORED, value);
}

/** @returns {boolean} */
export function hasKey() {
  return key !== "";
}

/**
 * Calls a route and returns its answer. Throws a Failure for any status that is not 2xx.
 * @param {string} context relative, such as "sentiment"
 * @param {RequestInit} [init]
 * @returns {Promise<Response>}
 */
export async function ask(context, init = {}) {
  const headers = new Headers(init.headers);
  if (key !== "") headers.set("x-api-key", key);
  let response;
  try {
    response = await fetch(context, { ...init, headers });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Failure("unreachable");
  }
  if (!response.ok) throw await failureOf(response);
  return response;
}

/**
 * @param {string} context
 * @param {unknown} body
 * @param {AbortSignal} signal
 */
export async function post(context, body, signal) {
  const headers = { "content-type": "application/json" };
  const response = await ask(context, { method: "POST", headers, body: JSON.stringify(body), signal });
  return response.json();
}

/**
 * The answers of POST /sentiment/stream, each as soon as it is there, the summary last.
 * @param {string[]} texts
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<StreamAnswer>}
 */
export async function* stream(texts, signal) {
  const body = new Blob(texts.map((text) => `${JSON.stringify({ text })}\n`));
  const headers = { "content-type": "application/x-ndjson" };
  const response = await ask("sentiment/stream", { method: "POST", headers, body, signal });
  let rest = "";
  try {
    for await (const piece of pieces(/** @type {ReadableStream<BufferSource>} */ (response.body))) {
      const lines = (rest + piece).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield JSON.parse(line);
    }
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Failure("cut_off");
  }
}

/**
 * A stream's text, piece by piece. (Safari cannot iterate a stream.)
 * @param {ReadableStream<BufferSource>} bytes
 * @returns {AsyncGenerator<string>}
 */
export async function* pieces(bytes) {
  const reader = bytes.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
