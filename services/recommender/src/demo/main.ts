import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describeDetected, TableError } from "@undertone/tables";
import { Command, InvalidArgumentError } from "commander";
import { type Corpus, readFeedback } from "./corpus.ts";
import { progress } from "./progress.ts";
import { Service } from "./service.ts";

interface Options {
  corpus: string;
  url: string;
  user?: string[];
  n: number;
}

/** The most rows, and the most UTF-16 units of JSON, that are sent in one request. */
const BATCH = { rows: 500, length: 1_000_000 };
const SHOWN_FAULTS = 10;
const POLL_MS = 200;
const SMALL_CORPUS = fileURLToPath(new URL("../../../../test/fixtures/film-feedback.csv", import.meta.url));

/**
 * read ─> send in batches ─> wait until all texts are scored and the neighbours are built ─> show
 */
async function demo({ corpus: file, url, user, n }: Options): Promise<void> {
  const service = new Service(url);
  const corpus = await readFeedback(file);
  console.log(`${file}: ${describeDetected(corpus.detected)}`);
  const stored = await load(service, corpus);
  if (stored === 0) throw new Error("no row could be stored");
  await scored(service);
  console.log("waiting for the neighbours (REBUILD_SECONDS at most)");
  while (
    (await service.metric("recommender_changes_since_build")) > 0 ||
    (await service.metric("recommender_building")) > 0
  ) {
    await sleep(POLL_MS);
  }
  for (const one of user ?? busiest(corpus, 3)) await show(service, one, n);
}

/**
 * Stores the rows, prints how many had which outcome, and resolves with the number of accepted rows.
 */
async function load(service: Service, { rows, faults: unreadable }: Corpus): Promise<number> {
  const counts = new Map<string, number>();
  const faults = [...unreadable];
  const isShort = ({ item }: Corpus["rows"][number]) => JSON.stringify(item).length <= BATCH.length;
  for (const { line } of rows.filter((row) => !isShort(row)))
    faults.push({ line, detail: `expected at most ${BATCH.length} characters in a row, got more` });
  const bar = progress("sent", rows.length);
  let done = 0;
  for (const batch of batches(rows.filter(isShort))) {
    const results = await service.send(batch.map(({ item }) => item));
    for (const [index, result] of results.entries()) {
      if (result.status !== "error") counts.set(result.status, 1 + (counts.get(result.status) ?? 0));
      // The user knows the lines of the file, and not the indices of the request.
      else
        faults.push({
          line: batch[index]!.line,
          detail: result.error.detail.replace(/^items\[\d+\][.:] ?/, ""),
        });
    }
    done += batch.length;
    bar.at(done);
  }
  bar.done();
  for (const { line, detail } of faults.slice(0, SHOWN_FAULTS)) console.error(`line ${line}: ${detail}`);
  if (faults.length > SHOWN_FAULTS) console.error(`and ${faults.length - SHOWN_FAULTS} more rows`);
  const outcomes = [...counts, ["failed", faults.length] as const].map(([name, count]) => `${count} ${name}`);
  console.log(`${rows.length + unreadable.length} rows: ${outcomes.join(", ")}`);
  return rows.length + unreadable.length - faults.length;
}

function* batches(rows: Corpus["rows"]): Generator<Corpus["rows"]> {
  let batch: Corpus["rows"] = [];
  let length = 0;
  for (const row of rows) {
    const more = JSON.stringify(row.item).length;
    if (batch.length === BATCH.rows || (batch.length > 0 && length + more > BATCH.length)) {
      yield batch;
      [batch, length] = [[], 0];
    }
    batch.push(row);
    length += more;
  }
  if (batch.length > 0) yield batch;
}

async function scored(service: Service): Promise<void> {
  const total = await service.metric("recommender_unscored_texts");
  const bar = progress("scored", total);
  for (let left = total; left > 0; left = await service.metric("recommender_unscored_texts")) {
    bar.at(total - left);
    await sleep(POLL_MS);
  }
  bar.at(total);
  bar.done();
}

/** The users with the most feedback. */
function busiest({ rows }: Corpus, n: number): string[] {
  const counts = new Map<string, number>();
  for (const { user_id } of rows.map(({ item }) => item))
    if (typeof user_id === "string" && user_id !== "") counts.set(user_id, 1 + (counts.get(user_id) ?? 0));
  const users = [...counts].sort(([, a], [, b]) => b - a);
  return users.slice(0, n).map(([user]) => user);
}

async function show(service: Service, user: string, n: number): Promise<void> {
  console.log(`\nFor ${user}:`);
  const list = await service.recommendations(user, n);
  for (const [place, { item, pLike, reviews, because, source }] of list.entries()) {
    const liked = `liked ${(100 * pLike).toFixed(0)} % (${reviews} reviews)`;
    const reason = source === "personal" ? `because of ${because.join(", ")}` : "popular";
    console.log(`${String(place + 1).padStart(3)}. ${item}  ${liked}, ${reason}`);
  }
}

function wholeNumber(value: string): number {
  if (!/^[1-9]\d?$|^100$/.test(value)) throw new InvalidArgumentError("expected a number from 1 to 100");
  return Number(value);
}

const program = new Command("demo")
  .description(
    [
      "Load reviews into the running recommender, and print recommendations with their reasons.",
      "The sentiment service must be running too.",
    ].join(" "),
  )
  .option(
    "--corpus <file>",
    [
      "A CSV, TSV or JSON Lines file with user_id, item_id and review_text, and optionally rating",
      "and timestamp.",
    ].join(" "),
    SMALL_CORPUS,
  )
  .option("--url <url>", "The address of the recommender.", "http://127.0.0.1:8090")
  .option("--user <id...>", "The users to recommend to. Default: the three with the most reviews.")
  .option("--n <number>", "The number of items per user.", wholeNumber, 5)
  .showHelpAfterError();
program.parse();
try {
  await demo(program.opts<Options>());
} catch (error) {
  const { message } = error as Error;
  const file = error instanceof TableError ? `${program.opts<Options>().corpus}: ` : "";
  console.error(`${file}${message}`.replace(/^/gm, "demo: "));
  process.exit(1);
}
