import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** `docker compose`, or the older `docker-compose`; undefined where no engine answers. */
function composeCommand(): readonly [string, ...string[]] | undefined {
  const answers = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;
  if (!answers("docker", "info")) return undefined;
  if (answers("docker", "compose", "version")) return ["docker", "compose"];
  return answers("docker-compose", "version") ? ["docker-compose"] : undefined;
}

export const command = composeCommand();

/**
 * One compose project of its own, on ports of its own, beside whatever else runs on this engine.
 */
export class Project {
  readonly #name: string;
  readonly #env: NodeJS.ProcessEnv;

  /** `settings`: the variables that compose.yaml reads. */
  constructor(name: string, settings: Record<string, string>) {
    this.#name = name;
    // The older client builds with BuildKit only when it is told to.
    const client = { DOCKER_BUILDKIT: "1", COMPOSE_DOCKER_CLI_BUILD: "1", BUILDKIT_PROGRESS: "plain" };
    this.#env = { ...process.env, ...client, ...settings };
  }

  /** Runs a compose command; returns what it printed. @throws Error with its last words */
  async compose(...args: string[]): Promise<string> {
    const [program, ...first] = command!;
    return run(program, [...first, "--project-name", this.#name, ...args], this.#env);
  }

  /** The ids of a service's running containers. */
  async containers(service: string): Promise<string[]> {
    const labels = { project: this.#name, service };
    const filters = Object.entries(labels).map(
      ([key, value]) => `--filter=label=com.docker.compose.${key}=${value}`,
    );
    const ids = await run("docker", ["ps", "--quiet", ...filters], this.#env);
    return ids.split("\n").filter((id) => id !== "");
  }

  /** Ends a container at once, as a crash does; the engine does not start it again. */
  async kill(container: string): Promise<void> {
    await run("docker", ["kill", container], this.#env);
  }
}

async function run(program: string, args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { cwd: ROOT, env, maxBuffer: 1 << 28 });
    return stdout;
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    throw new Error(
      `${program} ${args.join(" ")} failed:\n${stderr.trim().split("\n").slice(-20).join("\n")}`,
    );
  }
}
