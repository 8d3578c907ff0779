import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { listening, START_FLAGS } from "../../helpers/process.ts";

const SOURCE = [...START_FLAGS, "services/sentiment/src/main.ts"];

export interface Service {
  url: string;
  readyMs: number; // from the start of the process to the first 200 of /readyz
  residentMb(): number;
  close(): Promise<void>;
}

/**
 * The real process on a free port; `program` is what node is given, the source unless it says
 * otherwise.
 */
export async function startService(env: Record<string, string>, program = SOURCE): Promise<Service> {
  const start = performance.now();
  const child = spawn(process.execPath, [...program, "serve"], {
    env: { ...process.env, PORT: "0", EXECUTION_PROVIDER: "cpu", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const handle = handles(child);
  const output = { stdout: "" };
  child.stdout.on("data", (chunk) => {
    // The later lines of the log are read and ignored, so that the pipe does not fill.
    if (output.stdout.length < 100_000) output.stdout += chunk;
  });
  const url = await listening({ child, output });
  while (!(await isReady(url))) await sleep(5);
  return { url, readyMs: performance.now() - start, ...handle };
}

/** Starts a Python peer on a free port. Resolves when it answers. */
export async function startPeer(python: string, args: string[], port: number): Promise<Service> {
  const start = performance.now();
  const child = spawn(python, [...args, "--port", String(port)], { stdio: "ignore" });
  const handle = handles(child);
  const url = `http://127.0.0.1:${port}`;
  while (!(await isReady(url, "/docs"))) {
    if (child.exitCode !== null) throw new Error(`the peer ended with exit code ${child.exitCode}`);
    await sleep(100);
  }
  return { url, readyMs: performance.now() - start, ...handle };
}

const isReady = (url: string, path = "/readyz") =>
  fetch(url + path).then(
    async (response) => {
      await response.arrayBuffer();
      return response.ok;
    },
    () => false,
  );

function handles(child: ChildProcess): Pick<Service, "residentMb" | "close"> {
  const kill = () => child.kill();
  process.on("exit", kill);
  return {
    residentMb() {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8"); // Linux only
      return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024;
    },
    async close() {
      process.off("exit", kill);
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}
