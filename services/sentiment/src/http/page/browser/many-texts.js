import { ask } from "./api.js";
import { byId, element, tableRow } from "./dom.js";
import { Failure } from "./failure.js";
import { fileSource, linesSource } from "./rows.js";
import { scoreRows } from "./score-rows.js";
import { Unreadable } from "./unreadable.js";

/** @typedef {import("./snippets.js").Shown} Shown */

/** Rows that the page shows; the download has all. */
const SHOWN = 10;
const PAINT_MS = 100;

const lines = /** @type {HTMLTextAreaElement} */ (byId("lines"));
const chooser = /** @type {HTMLInputElement} */ (byId("file"));
const progress = /** @type {HTMLProgressElement} */ (byId("progress"));
const column = /** @type {HTMLSelectElement} */ (byId("column"));
let running = new AbortController();

/** @param {(shown: Shown) => void} changed told of what is to be scored, for the snippets */
export function manyTexts(changed) {
  const drop = byId("many");
  drop.addEventListener("submit", (event) => {
    event.preventDefault();
    const file = chooser.files?.[0];
    if (file === undefined) score((stars) => linesSource(lines.value, stars));
    else score((stars) => fileSource(file, stars, column.value === "" ? undefined : column.value));
  });
  lines.addEventListener("input", () => {
    chooser.value = "";
    askForColumn([]);
    changed({ kind: "many", texts: lines.value.split("\n").filter((line) => line.trim() !== "") });
  });
  chooser.addEventListener("change", () => {
    askForColumn([]);
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
}

/** @param {(stars: boolean) => import("./rows.js").Source} open told whether the model estimates stars */
async function score(open) {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  const count = { rows: 0, positive: 0, failed: 0, sum: 0 };
  /** @type {Blob[]} */
  const parts = [];
  let text = "";
  const began = performance.now();
  let painted = 0;
  begin();
  let ending = "";
  /** @type {import("./rows.js").Source | undefined} */
  let source;
  try {
    source = open("stars" in (await (await ask("model", { signal })).json()));
    for await (const { row, outcome } of scoreRows(source.rows, signal)) {
      if (signal.aborted) break;
      count.rows++;
      if ("error" in outcome) count.failed++;
      else {
        count.sum += outcome.score;
        if (outcome.label === "positive") count.positive++;
      }
      text += source.write(row, outcome);
      if (text.length > 1_000_000) text = keep(parts, text); // a browser may keep a Blob on the disk
      if (count.rows <= SHOWN) byId("many-rows").append(shownRow(row, outcome));
      if (performance.now() - painted < PAINT_MS) continue;
      painted = performance.now();
      paint(row.done, count.rows, painted - began);
    }
    if (count.rows === 0 && !signal.aborted) throw new Unreadable("There is no text to score yet.");
  } catch (error) {
    if (error instanceof Unreadable && error.columns.length > 0) askForColumn(error.columns);
    if (!signal.aborted)
      ending = error instanceof Failure || error instanceof Unreadable ? error.message : String(error);
  }
  if (running.signal !== signal) return; // another run has begun
  keep(parts, text);
  end(count, { stopped: signal.aborted, ending, ms: performance.now() - began });
  if (count.rows === 0 || source === undefined) return;
  const href = URL.createObjectURL(new Blob([source.head(), ...parts], { type: source.type }));
  const link = element("a", { href, download: source.name, class: "button" }, `Download ${source.name}`);
  byId("download").replaceChildren(link);
}

function begin() {
  URL.revokeObjectURL(byId("download").querySelector("a")?.href ?? "");
  byId("download").replaceChildren();
  byId("many-rows").replaceChildren();
  byId("many-table").hidden = true;
  byId("many-error").textContent = "";
  byId("many-status").textContent = "Scoring.";
  byId("running").hidden = false;
  progress.value = 0;
  byId("progress-note").textContent = "";
}

/**
 * @param {{ rows: number, positive: number, failed: number, sum: number }} count
 * @param {{ stopped: boolean, ending: string, ms: number }} how
 */
function end({ rows, positive, failed, sum }, { stopped, ending, ms }) {
  byId("running").hidden = true;
  byId("many-error").textContent = ending;
  byId("many-table").hidden = rows === 0;
  const scored = rows - failed;
  const mean = scored === 0 ? "" : `, ${positive} of them positive, mean score ${(sum / scored).toFixed(3)}`;
  const sentence = `${scored.toLocaleString("en")} ${scored === 1 ? "text" : "texts"} scored in ${(ms / 1000).toFixed(1)} s${mean}.`;
  const failures = failed === 0 ? "" : ` ${failed} could not be scored; the column sentiment_error says why.`;
  const before = stopped ? "Stopped. " : ending === "" ? "" : "Not complete. ";
  byId("many-status").textContent = rows === 0 ? before : `${before}${sentence}${failures}`;
}

/** @param {number} done 0..1; 0: nobody knows @param {number} rows @param {number} ms */
function paint(done, rows, ms) {
  if (done === 0) progress.removeAttribute("value");
  else progress.value = done;
  const left = done === 0 ? "" : `, about ${Math.ceil(((ms / done) * (1 - done)) / 1000)} s left`;
  const rate = Math.round((1000 * rows) / ms);
  byId("progress-note").textContent =
    `${rows.toLocaleString("en")} texts, ${rate.toLocaleString("en")} a second${left}`;
}

/** @param {Blob[]} parts @param {string} text */
function keep(parts, text) {
  parts.push(new Blob([text]));
  return "";
}

/** @param {import("./rows.js").Row} row @param {import("./rows.js").Outcome} outcome */
function shownRow({ text = "" }, outcome) {
  const short = text.length > 80 ? `${text.slice(0, 79)}…` : text || "(no text)";
  if ("error" in outcome) return tableRow(short, new Failure(outcome.error, outcome.error).message, "");
  return tableRow(short, outcome.label, outcome.score.toFixed(4));
}

/** @param {string[]} columns none: it is known */
function askForColumn(columns) {
  byId("column-field").hidden = columns.length === 0;
  column.replaceChildren(...columns.map((name) => element("option", { value: name }, name)));
}
