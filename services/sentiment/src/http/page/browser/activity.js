import { ask } from "./api.js";
import { byId } from "./dom.js";
import { polyline } from "./plot.js";
import { buckets, parseMetrics, quantile, sum } from "./prometheus.js";

/** Shows the service's current activity from /metrics, while the page is visible. */

const EVERY_MS = 2000;
const KEPT = 31; // scrapes: the last minute

/** @typedef {{ at: number, texts: number, queue: number, memory: number, latency: Map<number, number> }} Scrape */
/** @type {Scrape[]} */
let scrapes = [];

/**
 * Counts requests for one text or a batch. A stream's duration depends on its client, not on the
 * service.
 */
const answered = (/** @type {Record<string, string>} */ { method, route }) =>
  method === "POST" && route !== "/sentiment/stream";

/** Starts the updates. They pause while the page is hidden. */
export function watchActivity() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const look = async () => {
    clearTimeout(timer);
    if (document.hidden) return;
    await scrape();
    clearTimeout(timer);
    timer = setTimeout(look, EVERY_MS);
  };
  document.addEventListener("visibilitychange", look);
  look();
}

async function scrape() {
  try {
    const samples = parseMetrics(await (await ask("metrics")).text());
    scrapes.push({
      at: performance.now(),
      texts: sum(samples, "sentiment_texts_total"),
      queue: sum(samples, "sentiment_queue_tokens"),
      memory: sum(samples, "process_resident_memory_bytes"),
      latency: buckets(samples, "http_request_duration_seconds", answered),
    });
    scrapes = scrapes.slice(-KEPT);
    // A restarted service counts from zero again.
    if (scrapes.some(({ texts }, i) => texts < (scrapes[i - 1]?.texts ?? 0))) scrapes = scrapes.slice(-1);
    show();
    byId("activity-note").textContent = "Figures of the last minute, updated every 2 seconds.";
  } catch {
    scrapes = [];
    byId("activity-note").textContent = "The service does not answer. The page asks again every 2 seconds.";
  }
}

function show() {
  const last = /** @type {Scrape} */ (scrapes.at(-1));
  const first = /** @type {Scrape} */ (scrapes[0]);
  const rates = scrapes.slice(1).map((scrape, i) => rate(/** @type {Scrape} */ (scrapes[i]), scrape));
  const recent = scrapes.at(-6) ?? first; // ten seconds
  const since = new Map([...last.latency].map(([bound, n]) => [bound, n - (first.latency.get(bound) ?? 0)]));
  byId("rate").textContent = number(rate(recent, last));
  byId("queue").textContent = last.queue.toLocaleString("en");
  byId("p50").textContent = milliseconds(quantile(0.5, since));
  byId("p99").textContent = milliseconds(quantile(0.99, since));
  byId("memory").textContent = `${Math.round(last.memory / 1e6)} MB`;
  const top = Math.max(1, ...rates);
  byId("rate-plot").replaceChildren(
    polyline(
      rates.map((value) => value / top),
      KEPT - 1,
    ),
  );
}

/** Throughput (texts/s) between two scrapes. @param {Scrape} from @param {Scrape} to */
function rate(from, to) {
  return to.at > from.at ? ((to.texts - from.texts) * 1000) / (to.at - from.at) : 0;
}

/** @param {number} value */
function number(value) {
  return value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 });
}

/** @param {number | undefined} seconds */
function milliseconds(seconds) {
  return seconds === undefined ? "–" : `${number(seconds * 1000)} ms`;
}
