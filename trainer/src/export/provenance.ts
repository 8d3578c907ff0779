import { spawnSync } from "node:child_process";
import os from "node:os";

const git = (args: string[]) => spawnSync("git", args, { encoding: "utf8", cwd: import.meta.dirname });

/** Files that experiments write. A change in them does not change the program. */
const WRITTEN = ["results.jsonl", "README.md"].map(
  (file) => `:(exclude,top)trainer/research/experiments/${file}`,
);

/**
 * The current commit, with "-dirty" if tracked files differ from it; "unknown" outside a
 * repository.
 */
export function commit(): string {
  const { status, stdout } = git(["describe", "--always"]);
  if (status !== 0) return "unknown";
  const isClean = git(["diff", "--quiet", "HEAD", "--", ":/", ...WRITTEN]).status === 0;
  return `${stdout.trim()}${isClean ? "" : "-dirty"}`;
}

export const machine = (): string =>
  `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} cores, Node ${process.version}`;
