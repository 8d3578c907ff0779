import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { listening } from "../../helpers/process.ts";

const MAIN = fileURLToPath(new URL("../../../services/sentiment/src/main.ts", import.meta.url));

export interface Service {
  /**
   * P(positive) 0..1 of each text, in order; undefined for one that cannot be scored. At most 1,000
   * texts.
   */
  score(texts: string[]): Promise<(number | undefined)[]>;
  close(): Promise<void>;
}

type Answer = { results: ({ status: "ok"; score: number } | { status: "error" })[] };

/** The real sentiment service as a child process on a free port. */
export async function startService(modelDir: string): Promise<Service> {
  const child = spawn(process.execPath, ["--import", "./typescript.mjs", MAIN, "serve"], {
    env: { ...process.env, MODEL_DIR: modelDir, PORT: "0", REQUEST_TIMEOUT_MS: "600000", LOG_LEVEL: "info" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const output = { stdout: "" };
  child.stdout.on("data", (chunk) => {
    output.stdout += chunk;
  });
  const url = await listening({ child, output });
  return {
    async score(texts) {
      const response = await fetch(`${url}/sentiment/batch`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ items: texts.map((text) => ({ text })) }),
      });
      if (!response.ok) throw new Error(`the service answered ${response.status}: ${await response.text()}`);
      return ((await response.json()) as Answer).results.map((r) =>
        r.status === "ok" ? r.score : undefined,
      );
    },
    async close() {
      child.kill();
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}
