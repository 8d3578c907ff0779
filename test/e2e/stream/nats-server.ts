import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import { homedir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../helpers/port.ts";

/** The server's program, on PATH or where `go install` puts it; undefined if it is not installed. */
export function natsServerProgram(): string | undefined {
  const programs = ["nats-server", path.join(homedir(), "go/bin/nats-server")];
  return programs.find((program) => spawnSync(program, ["--version"]).status === 0);
}

export interface ServerOptions {
  port: number;
  storeDir: string;
  args?: string[];
  /** A command that runs the server, for example `ip netns exec NAME`. */
  prefix?: string[];
  host?: string;
  scheme?: "nats" | "tls";
}

/**
 * One server process with JetStream. It can be killed, paused, and started again with its stored data.
 */
export class NatsServer {
  readonly url: string;
  readonly #options: ServerOptions;
  #child: ChildProcess | undefined;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.url = `${options.scheme ?? "nats"}://${options.host ?? "127.0.0.1"}:${options.port}`;
  }

  async start(): Promise<void> {
    const { port, storeDir, args = [], prefix = [], host = "127.0.0.1" } = this.#options;
    const [program, ...rest] = [
      ...prefix,
      natsServerProgram()!,
      ...["-js", "-sd", storeDir, "-p", String(port), "-a", host],
      ...args,
    ];
    this.#child = spawn(program!, rest, { stdio: "ignore" });
    for (let tries = 0; !(await answers(port, host)); tries++) {
      if (tries > 200 || this.#child.exitCode !== null) throw new Error("the NATS server did not start");
      await sleep(50);
    }
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  pause(): void {
    this.#child!.kill("SIGSTOP");
  }

  resume(): void {
    this.#child!.kill("SIGCONT");
  }
}

/** Three servers of one cluster. A stream with three replicas survives the loss of one. */
export async function startCluster(folder: string): Promise<NatsServer[]> {
  const ports = await Promise.all(Array.from({ length: 6 }, freePort));
  const routes = ports.slice(3).map((port) => `nats://127.0.0.1:${port}`);
  const servers = ports.slice(0, 3).map((port, index) => {
    const args = ["--cluster_name", "proof", "--cluster", routes[index]!, "--routes", routes.join(",")];
    args.push("--server_name", serverName(port));
    return new NatsServer({ port, storeDir: path.join(folder, String(index)), args });
  });
  await Promise.all(servers.map((server) => server.start()));
  return servers;
}

export function serverName(port: number | string): string {
  return `server-${port}`;
}

function answers(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, host);
    socket.on("error", () => resolve(false));
    socket.once("data", () => {
      socket.destroy();
      resolve(true);
    });
  });
}
