import { Failure, failureOf } from "./failure.js";

/**
 * The routes that the page calls. Their addresses are relative, so that a proxy may serve the page
 * below any path.
 */

/** @typedef {import("typebox").Static<typeof import("../../schemas.ts").SentimentResult>} SentimentResult */

const STORED = "undertone-key";
const tab = globalThis.sessionStorage;
let key = tab?.getItem(STORED) ?? "";

/** The API key is kept until the tab is closed, and nowhere else. @param {string} value */
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
 * A stream's bytes, piece by piece. (Safari cannot iterate a stream.)
 * @param {ReadableStream<Uint8Array>} bytes
 * @returns {AsyncGenerator<Uint8Array<ArrayBuffer>>}
 */
export async function* pieces(bytes) {
  const reader = bytes.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield/** @type {Uint8Array<ArrayBuffer>} */ (value);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
