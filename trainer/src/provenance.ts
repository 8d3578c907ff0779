import { execFileSync } from "node:child_process";
import os from "node:os";

/** The commit that runs, "-dirty" where files differ from it; "unknown" outside a repository. */
export function commit(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "unknown";
  }
}

export const machine = (): string =>
  `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} cores, Node ${process.version}`;
