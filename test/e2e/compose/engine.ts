import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** `docker compose`, or the older `docker-compose`; undefined if no engine answers. */
function composeCommand(): readonly [string, ...string[]] | undefined {
  const answers = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;
  if (!answers("docker", "info")) return undefined;
  if (answers("docker", "compose", "version")) return ["docker", "compose"];
  return answers("docker-compose", "version") ? ["docker-compose"] : undefined;
}

export const command = composeCommand();

/**
 * A Compose project with its own name and ports, so that it does not affect other containers of this
 * engine.
 */
export class Project {
  readonly #name: string;
  readonly #env: NodeJS.ProcessEnv;

  /** `settings` are variables of compose.yaml. */
  constructor(name: string, settings: Record<string, string>) {
    this.#name = name;
    // The older client uses BuildKit only if this variable is set.
    const client = { DOCKER_BUILDKIT: "1", COMPOSE_DOCKER_CLI_BUILD: "1", BUILDKIT_PROGRESS: "plain" };
    this.#env = { ...process.env, ...client, ...settings };
  }

  /** Runs a Compose command and returns its output. @throws Error with the end of its error output */
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

  /** Kills a container, as in a crash. The engine does not start it again. */
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
