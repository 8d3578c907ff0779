import { stream } from "./api.js";
import { Failure } from "./failure.js";

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("./rows.js").Outcome} Outcome */

/** One request holds at most this: a body that is still being made cannot be sent over HTTP/1.1 by a browser. */
const MOST_ROWS = 200;
const MOST_UNITS = 500_000;
/** A service that is busy is asked again this often, when it has said when. */
const TRIES = 6;
const LONGEST_WAIT_S = 60;

/**
 * The rows in their order, each with its outcome as soon as it is known.
 * @param {AsyncIterable<Row[]>} source
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<{ row: Row, outcome: Outcome }>}
 */
export async function* scoreRows(source, signal) {
  for await (const chunk of chunked(source)) {
    const outcomes = outcomesOf(chunk, signal);
    for (const row of chunk) {
      if (row.fault !== undefined) yield { row, outcome: { error: row.fault } };
      else yield { row, outcome: /** @type {Outcome} */ ((await outcomes.next()).value) };
    }
  }
}

/** One outcome for each row with a text. @param {Row[]} rows @param {AbortSignal} signal @returns {AsyncGenerator<Outcome>} */
async function* outcomesOf(rows, signal) {
  let texts = rows.flatMap(({ text }) => (text === undefined ? [] : [text]));
  for (let tries = 1; texts.length > 0; tries++) {
    let answered = 0;
    try {
      for await (const answer of stream(texts, signal)) {
        if ("summary" in answer) {
          if (!answer.summary.complete) throw new Failure(answer.summary.error?.code ?? "cut_off");
        } else {
          answered++;
          yield answer.status === "error" ? { error: answer.error.code } : answer;
        }
      }
      if (answered < texts.length) throw new Failure("cut_off");
      return;
    } catch (error) {
      const wait = error instanceof Failure ? error.retryAfter : undefined;
      if (signal.aborted || wait === undefined || wait > LONGEST_WAIT_S || tries === TRIES) throw error;
      texts = texts.slice(answered);
      await sleep(wait * 1000, signal);
    }
  }
}

/** @param {AsyncIterable<Row[]>} source @returns {AsyncGenerator<Row[]>} */
async function* chunked(source) {
  /** @type {Row[]} */
  let chunk = [];
  let units = 0;
  for await (const rows of source) {
    for (const row of rows) {
      chunk.push(row);
      units += row.raw.length;
      if (chunk.length < MOST_ROWS && units < MOST_UNITS) continue;
      yield chunk;
      chunk = [];
      units = 0;
    }
  }
  if (chunk.length > 0) yield chunk;
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
