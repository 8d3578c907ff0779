import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import packageJson from "../../package.json" with { type: "json" };
import { TINY_MODEL } from "./model.ts";

const main = (service: string) =>
  fileURLToPath(new URL(`../../services/${service}/src/main.ts`, import.meta.url));

/** The flags that `npm start` gives to node. */
export const START_FLAGS = packageJson.scripts.start.split(" ").slice(1, -2);

/** The flags that the images give to node. */
export const IMAGE_FLAGS = START_FLAGS.slice(0, START_FLAGS.indexOf("--import"));

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Starts the real process, with the tiny model by default. It is killed when the test ends. */
export function start(t: TestContext, args: string[], env: Record<string, string> = {}) {
  return startProcess(t, [...START_FLAGS, main("sentiment"), ...args], {
    MODEL_DIR: TINY_MODEL,
    EXECUTION_PROVIDER: "cpu",
    ...env,
  });
}

/** Starts the real process of the recommender. `env` must have the place of its database. */
export function startRecommender(t: TestContext, env: Record<string, string>, args: string[] = []) {
  return startProcess(t, ["--import", "./typescript.mjs", main("recommender"), ...args], env);
}

/** Starts a Node.js process. `env` is its whole configuration. */
export function startProcess(t: TestContext, args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, PORT: "0", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output.stderr += chunk;
  });
  const ended = once(child, "close").then(([code, signal]): Ended => ({ code, signal, ...output }));
  return { child, ended, output };
}

/** Resolves with a server's address when it listens. */
export async function listening({
  child,
  output,
}: {
  child: ChildProcess;
  output: Ended | { stdout: string };
}) {
  for (;;) {
    const url = /"url":"([^"]+)"/.exec(output.stdout)?.[1];
    if (url !== undefined) return url;
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error("the server ended before it listened");
    await Promise.race([once(child.stdout!, "data"), once(child, "exit")]);
  }
}
