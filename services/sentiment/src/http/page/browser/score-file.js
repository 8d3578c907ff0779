import { ask, pieces } from "./api.js";
import { Failure } from "./failure.js";

/** @typedef {import("typebox").Static<typeof import("../../file/summary.ts").FileSummary>} FileSummary */
/** @typedef {import("typebox").Static<typeof import("../../file/uploads.ts").UploadState>} UploadState */
/** @typedef {{ format: string, delimiter?: string, encoding: string, header: boolean }} Detected */
/** @typedef {{ detected: Detected, type: string, bytes: AsyncGenerator<Uint8Array<ArrayBuffer>, FileSummary> }} Scored */

/** The last line of the answer is the summary, which is never longer than this. */
const HELD = 16_384;
/** How often to retry while the service is overloaded. */
const TRIES = 6;
const LONGEST_WAIT_S = 60;

/**
 * `POST /sentiment/file`: resolves when the answer begins. Its bytes are the file's; they return
 * the summary.
 * @param {Blob} body
 * @param {Record<string, string>} query
 * @param {AbortSignal} signal
 * @returns {Promise<Scored>}
 */
export async function scoreFile(body, query, signal) {
  const headers = { "content-type": "application/octet-stream" };
  const route = `sentiment/file?${new URLSearchParams({ ...query, summary: "line" })}`;
  for (let tries = 1; ; tries++) {
    try {
      const response = await ask(route, { method: "POST", headers, body, signal });
      return {
        detected: JSON.parse(response.headers.get("sentiment-detected") ?? ""),
        type: response.headers.get("content-type") ?? "",
        bytes: fileOf(/** @type {ReadableStream<Uint8Array>} */ (response.body), signal),
      };
    } catch (error) {
      const wait = error instanceof Failure ? error.retryAfter : undefined;
      if (signal.aborted || wait === undefined || wait > LONGEST_WAIT_S || tries === TRIES) throw error;
      await sleep(wait * 1000, signal);
    }
  }
}

/**
 * How far an upload is; undefined where nobody knows.
 * @param {string} id
 * @returns {Promise<UploadState | undefined>}
 */
export async function uploadState(id) {
  return ask(`sentiment/file/${id}`).then(
    (response) => response.json(),
    () => undefined,
  );
}

/**
 * @param {ReadableStream<Uint8Array>} answer
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<Uint8Array<ArrayBuffer>, FileSummary>}
 */
async function* fileOf(answer, signal) {
  let held = new Uint8Array(0);
  let given = 0;
  try {
    for await (const piece of pieces(answer)) {
      const all = new Uint8Array(held.length + piece.length);
      all.set(held);
      all.set(piece, held.length);
      const ready = Math.max(0, all.length - HELD);
      held = all.subarray(ready);
      given += ready;
      if (ready > 0) yield all.subarray(0, ready);
    }
  } catch (error) {
    if (signal.aborted) throw error;
    // The service closes the connection without ending the answer if it cannot go on, so the
    // summary may be there.
  }
  const summary = lastLine(held);
  const rest = held.subarray(0, summary === undefined ? held.length : summary.summary.bytes - given);
  if (rest.length > 0) yield rest;
  if (summary === undefined) throw new Failure("cut_off");
  return summary;
}

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {FileSummary | undefined} */
function lastLine(bytes) {
  const text = new TextDecoder("latin1").decode(bytes);
  try {
    // In UTF-16 half of the preceding line end is left.
    const { summary, model } = JSON.parse(
      text.slice(text.lastIndexOf("\n", text.length - 2) + 1).replace(/^\0/, ""),
    );
    return summary.bytes === undefined ? undefined : { summary, model };
  } catch {
    return undefined;
  }
}

/** @param {number} ms @param {AbortSignal} signal */
function sleep(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
