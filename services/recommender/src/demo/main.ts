import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError } from "commander";
import { type FeedbackItem, readFeedback } from "./corpus.ts";
import { progress } from "./progress.ts";
import { Service } from "./service.ts";

interface Options {
  corpus: string;
  url: string;
  user?: string[];
  n: number;
}

const BATCH = 500;
const POLL_MS = 200;
const SMALL_CORPUS = fileURLToPath(new URL("../../../../test/fixtures/film-feedback.csv", import.meta.url));

/** read ─> send in batches ─> wait until all texts are scored and the neighbours are built ─> show */
async function demo({ corpus, url, user, n }: Options): Promise<void> {
  const service = new Service(url);
  const items = await readFeedback(corpus);
  await load(service, items);
  await scored(service);
  console.log("waiting for the neighbours (REBUILD_SECONDS at most)");
  while (
    (await service.metric("recommender_news")) > 0 ||
    (await service.metric("recommender_building")) > 0
  ) {
    await sleep(POLL_MS);
  }
  for (const one of user ?? busiest(items, 3)) await show(service, one, n);
}

async function load(service: Service, items: FeedbackItem[]): Promise<void> {
  const counts = new Map<string, number>();
  const bar = progress("stored", items.length);
  for (let start = 0; start < items.length; start += BATCH) {
    for (const result of await service.send(items.slice(start, start + BATCH))) {
      const outcome = "error" in result ? result.error.code : result.status;
      counts.set(outcome, 1 + (counts.get(outcome) ?? 0));
    }
    bar.at(Math.min(items.length, start + BATCH));
  }
  bar.done();
  console.log([...counts].map(([outcome, count]) => `${count} ${outcome}`).join(", "));
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
function busiest(items: FeedbackItem[], n: number): string[] {
  const counts = new Map<string, number>();
  for (const { user_id } of items) counts.set(user_id, 1 + (counts.get(user_id) ?? 0));
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
    "Loads reviews into the running recommender, which has the running sentiment service score them, and prints recommendations with their reasons.",
  )
  .option("--corpus <file>", "CSV or CSV.gz: user_id,item_id,review_text[,rating][,timestamp]", SMALL_CORPUS)
  .option("--url <url>", "the recommender", "http://127.0.0.1:8090")
  .option("--user <id...>", "whom to recommend to (default: the three with the most reviews)")
  .option("--n <number>", "how many items", wholeNumber, 5)
  .showHelpAfterError();
program.parse();
try {
  await demo(program.opts<Options>());
} catch (error) {
  console.error((error as Error).message.replace(/^/gm, "demo: "));
  process.exit(1);
}
