/**
 * Speed of the recommender's ranking on synthetic interactions:
 * `node --import tsx test/bench/ranking.ts`
 */
import { execFileSync } from "node:child_process";
import os from "node:os";
import { buildNeighbours } from "../../services/recommender/src/ranking/neighbours.ts";
import { rank } from "../../services/recommender/src/ranking/rank.ts";
import { generator } from "../../trainer/src/random.ts";

const SIZES = [
  { rows: 46_000, users: 3_500, items: 1_100 },
  { rows: 1_000_000, users: 50_000, items: 20_000 },
  { rows: 1_000_000, users: 5_000, items: 20_000 },
];
const WARM_UP = 300;
const ASKED = 1_000;

/**
 * Distinct pairs in which few users and few items have many. The density falls with the square root
 * of the index.
 */
function interactions({ rows, users, items }: (typeof SIZES)[number]) {
  const random = generator(1);
  const pairs = new Set<number>();
  while (pairs.size < rows)
    pairs.add(Math.floor(users * random() ** 2) * items + Math.floor(items * random() ** 2));
  return {
    users: Int32Array.from(pairs, (pair) => Math.floor(pair / items)),
    items: Int32Array.from(pairs, (pair) => pair % items),
  };
}

const commit = execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
console.log(`${os.cpus()[0]?.model}, ${os.cpus().length} cores, Node ${process.version}, commit ${commit}`);
for (const size of SIZES) {
  const columns = interactions(size);
  const before = process.memoryUsage();
  const start = performance.now();
  const neighbours = buildNeighbours(columns.users, columns.items, size.users, size.items);
  const seconds = (performance.now() - start) / 1000;
  const megabytes = (process.memoryUsage().arrayBuffers - before.arrayBuffers) / 1e6;

  const popularity = new Int32Array(size.items);
  for (const item of columns.items) popularity[item]!++;
  const histories = new Map<number, number[]>();
  for (const [row, user] of columns.users.entries()) {
    const history = histories.get(user);
    if (history) history.push(columns.items[row]!);
    else histories.set(user, [columns.items[row]!]);
  }
  const asked = [...histories.values()].map((history) => Int32Array.from(history));
  const times: number[] = [];
  for (let i = 0; i < WARM_UP + ASKED; i++) {
    const from = performance.now();
    rank({
      history: asked[(i * 7919) % asked.length]!,
      neighbours,
      popularity: (item) => popularity[item]!,
      quality: (item) => 0.4 + (item % 7) / 20,
      excluded: () => false,
      n: 10,
      gamma: 2,
      popularityWeight: 1,
    });
    if (i >= WARM_UP) times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  const longest = Math.max(...asked.map(({ length }) => length));
  console.log(
    `${size.rows} rows of ${size.users} users (up to ${longest} each) and ${size.items} items: ` +
      `built in ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB of buffers after it; ` +
      `a user's 10 best in ${times[ASKED / 2]!.toFixed(2)} ms, p99 ${times[0.99 * ASKED]!.toFixed(2)} ms`,
  );
}
