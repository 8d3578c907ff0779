import { byId, element, tableRow } from "./dom.js";
import { Failure } from "./failure.js";
import { FirstRows } from "./first-rows.js";
import { scoreFile, uploadState } from "./score-file.js";
import { asJsonLines, TypedTexts, textsOf } from "./typed-texts.js";

/** @typedef {import("./snippets.js").Shown} Shown */
/** @typedef {import("./score-file.js").FileSummary} FileSummary */

/** The number of rows that the page shows. The download has all rows. */
const SHOWN = 10;
const LOOK_MS = 500;

const lines = /** @type {HTMLTextAreaElement} */ (byId("lines"));
const chooser = /** @type {HTMLInputElement} */ (byId("file"));
const progress = /** @type {HTMLProgressElement} */ (byId("progress"));
const escaping = /** @type {HTMLInputElement} */ (byId("escape"));
const field = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (byId(id));
let running = new AbortController();
/** The texts that were typed and scored last. @type {TypedTexts | undefined} */
let typed;

/** @param {(shown: Shown) => void} changed told of what is to be scored, for the snippets */
export function manyTexts(changed) {
  const drop = byId("many");
  drop.addEventListener("submit", (event) => {
    event.preventDefault();
    const file = chooser.files?.[0];
    if (file === undefined) scoreTyped(textsOf(lines.value));
    else scoreChosen(file);
  });
  lines.addEventListener("input", () => {
    chooser.value = "";
    changed({ kind: "many", texts: textsOf(lines.value) });
  });
  chooser.addEventListener("change", () => {
    field("column").value = "";
    changed({ kind: "file" });
    byId("many-status").textContent = chooser.files?.[0] ? `${chooser.files[0].name} is chosen.` : "";
  });
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer?.files.length) return;
    chooser.files = event.dataTransfer.files;
    chooser.dispatchEvent(new Event("change"));
    /** @type {HTMLFormElement} */ (drop).requestSubmit();
  });
  byId("cancel").addEventListener("click", () => running.abort());
  escaping.addEventListener("change", () => {
    if (typed !== undefined) offer(typed.csv(escaping.checked), "scored.csv");
  });
}

/** @param {string[]} texts */
async function scoreTyped(texts) {
  if (texts.length === 0) {
    byId("many-status").textContent = "";
    byId("many-error").textContent = "There is no text to score yet.";
    return;
  }
  const result = new TypedTexts();
  const done = await run(asJsonLines(texts), { format: "jsonl" }, texts.length, (bytes) => result.add(bytes));
  if (!done || result.rows.length === 0) return;
  typed = result;
  offer(result.csv(escaping.checked), "scored.csv");
}

/** @param {File} file */
async function scoreChosen(file) {
  /** @type {Blob[]} */
  const parts = [];
  const keep = (/** @type {Uint8Array<ArrayBuffer>} */ bytes) => parts.push(new Blob([bytes])); // the file may be on disk
  const settings = { textColumn: field("column").value, delimiter: field("delimiter").value };
  const given = Object.entries({ ...settings, encoding: field("encoding").value }).filter(
    ([, value]) => value !== "",
  );
  const header = field("header").checked ? {} : { header: "false" };
  const done = await run(file, { ...Object.fromEntries(given), ...header }, undefined, keep);
  if (!done || parts.length === 0) return;
  const name = file.name.replace(/\.(gz|zst)$/i, "").replace(/(\.\w+)?$/, "-scored$1");
  offer(new Blob(parts, { type: "application/octet-stream" }), name);
}

/**
 * Scores, shows the first rows and how far it is. Resolves to false where another run has begun
 * meanwhile.
 * @param {Blob} body
 * @param {Record<string, string>} query
 * @param {number | undefined} rows how many there are, if that is known
 * @param {(bytes: Uint8Array<ArrayBuffer>) => void} keep
 */
async function run(body, query, rows, keep) {
  running.abort();
  running = new AbortController();
  typed = undefined;
  const { signal } = running;
  const began = performance.now();
  const id = newId();
  begin();
  const watch = watchUpload(id, body.size, rows, signal);
  let ending = "";
  /** @type {FileSummary["summary"] | undefined} */
  let summary;
  try {
    const { detected, bytes } = await scoreFile(body, { ...query, id }, signal);
    const first = new FirstRows(detected, query.textColumn ?? "", SHOWN);
    let shown = 0;
    let next = await bytes.next();
    for (; next.done !== true; next = await bytes.next()) {
      keep(next.value);
      first.add(next.value);
      if (shown < SHOWN) shown = show(first);
    }
    summary = next.value.summary;
    if (summary.error !== undefined) throw new Failure(summary.error.code, summary.error.detail);
  } catch (error) {
    if (error instanceof Failure && error.code === "missing_column") askForColumn();
    if (!signal.aborted) ending = error instanceof Failure ? error.message : String(error);
  }
  const seen = watch.end();
  if (running.signal !== signal) return false; // another run has begun
  summary ??= (await uploadState(id))?.summary ?? seen;
  end(summary, { stopped: signal.aborted, ending, ms: performance.now() - began });
  return true;
}

/**
 * Asks the service how far it is, until it is ended.
 * @param {string} id
 * @param {number} size
 * @param {number | undefined} rows
 * @param {AbortSignal} signal
 */
function watchUpload(id, size, rows, signal) {
  const began = performance.now();
  /** @type {FileSummary["summary"] | undefined} */
  let seen;
  let ended = false;
  const look = async () => {
    const state = await uploadState(id);
    if (ended || signal.aborted) return;
    if (state !== undefined) {
      seen = state.summary;
      const done = rows === undefined ? state.processed / Math.max(size, 1) : seen.read / rows;
      paint(Math.min(1, done), seen.read, performance.now() - began);
    }
    setTimeout(look, LOOK_MS);
  };
  setTimeout(look, LOOK_MS);
  const end = () => {
    ended = true;
    return seen;
  };
  return { end };
}

function begin() {
  byId("many-rows").replaceChildren();
  byId("many-table").hidden = true;
  byId("many-error").textContent = "";
  byId("many-status").textContent = "Scoring.";
  byId("running").hidden = false;
  progress.removeAttribute("value");
  byId("progress-note").textContent = "";
  withdraw();
}

/**
 * @param {FileSummary["summary"] | undefined} summary
 * @param {{ stopped: boolean, ending: string, ms: number }} how
 */
function end(summary, { stopped, ending, ms }) {
  byId("running").hidden = true;
  byId("many-error").textContent = ending;
  const before = stopped ? "Stopped. " : ending === "" ? "" : "Not complete. ";
  const { read = 0, scored = 0, failed = 0, positive = 0, meanScore } = summary ?? {};
  const mean =
    meanScore === undefined ? "" : `, ${positive} of them positive, mean score ${meanScore.toFixed(3)}`;
  const sentence = `${scored.toLocaleString("en")} ${scored === 1 ? "text" : "texts"} scored in ${(ms / 1000).toFixed(1)} s${mean}.`;
  const failures = failed === 0 ? "" : ` ${failed} could not be scored; the column sentiment_error says why.`;
  byId("many-status").textContent = read === 0 ? before : `${before}${sentence}${failures}`;
}

/** @param {number} done 0..1 @param {number} rows @param {number} ms */
function paint(done, rows, ms) {
  if (done === 0) progress.removeAttribute("value");
  else progress.value = done;
  const left = done === 0 ? "" : `, about ${Math.ceil(((ms / done) * (1 - done)) / 1000)} s left`;
  const rate = Math.round((1000 * rows) / ms);
  byId("progress-note").textContent =
    `${rows.toLocaleString("en")} texts, ${rate.toLocaleString("en")} texts/s${left}`;
}

/** How many rows are shown now. @param {FirstRows} first */
function show(first) {
  const rows = first.rows();
  byId("many-rows").replaceChildren(
    ...rows.map(({ text, label, score, warnings, error }) => {
      const short = text.length > 80 ? `${text.slice(0, 79)}…` : text || "(no text)";
      if (error !== "") return tableRow(short, new Failure(error, error).message, "", "");
      return tableRow(
        short,
        label,
        Number(score).toFixed(4),
        warnings.replaceAll(" ", ", ").replaceAll("_", " "),
      );
    }),
  );
  byId("many-table").hidden = rows.length === 0;
  return rows.length;
}

/** @param {Blob} result @param {string} name */
function offer(result, name) {
  withdraw();
  const href = URL.createObjectURL(result);
  byId("download").replaceChildren(
    element("a", { href, download: name, class: "button" }, `Download ${name}`),
  );
}

function withdraw() {
  URL.revokeObjectURL(byId("download").querySelector("a")?.href ?? "");
  byId("download").replaceChildren();
}

function askForColumn() {
  /** @type {HTMLDetailsElement} */ (byId("file-options")).open = true;
  field("column").focus();
}

/** Over plain HTTP from another machine a browser has no randomUUID. */
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
