import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { qualities, SERVICE, type Trial } from "./evaluate.ts";
import { type UserMetrics, userMetrics } from "./metrics.ts";
import { byScore, type Scores } from "./signals.ts";

const PROGRAM = fileURLToPath(new URL("./peers.py", import.meta.url));

export interface Peers {
  rankings: [name: string, metrics: UserMetrics[]][];
  /** The reason why there are no rankings. */
  skipped?: string;
}

/**
 * Other recommenders on the same interactions: peers.py, run with PEERS_PYTHON (default python3),
 * which needs numpy, scipy and implicit. If it cannot run, `skipped` has the reason.
 */
export function peers(trial: Trial, scores: Scores): Peers {
  const { train, itemCount, users } = trial;
  const table = qualities(trial, byScore(scores));
  const input = JSON.stringify({
    itemCount,
    users: train.map(({ user }) => user),
    items: train.map(({ item }) => item),
    scores: train.map(({ text }) => scores.get(text) ?? null),
    asked: users.map(({ user }) => user),
    weights: Array.from({ length: itemCount }, (_, item) => table.quality(item) ** SERVICE.gamma),
  });
  const python = process.env.PEERS_PYTHON ?? "python3";
  const env = { ...process.env, OPENBLAS_NUM_THREADS: "1" };
  const options = { input, env, encoding: "utf8", maxBuffer: 2 ** 30 } as const;
  const { status, stdout, stderr, error } = spawnSync(python, [PROGRAM], options);
  if (error !== undefined) return { rankings: [], skipped: `${python} cannot be run` };
  if (status !== 0) return { rankings: [], skipped: stderr.trim().split("\n").at(-1) ?? "peers.py failed" };
  const rankings = JSON.parse(stdout) as Record<string, number[][]>;
  return {
    rankings: Object.entries(rankings).map(([name, lists]) => [
      name,
      lists.map((list, i) => userMetrics(list, users[i]!.heldOut)),
    ]),
  };
}
