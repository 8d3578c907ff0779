import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const VERSIONS = "/usr/lib/postgresql";
/**
 * The folder of the server's programs in Debian, of the newest version; undefined
 * if there is none.
 */
const programs = (existsSync(VERSIONS) ? readdirSync(VERSIONS) : [])
  .sort((a, b) => Number(b) - Number(a))
  .map((version) => path.join(VERSIONS, version, "bin"))
  .find((folder) => existsSync(path.join(folder, "initdb")));

export const NO_POSTGRES = "PostgreSQL is not installed";

interface Owner {
  after: (stop: () => void) => void;
}

/** A server of PostgreSQL that a test may break. */
export interface PostgresServer {
  url: string;
  stop(): void;
  start(): void;
  /** Stops all its processes (SIGSTOP): connections stay open, and nothing is answered. */
  pause(): void;
  resume(): void;
  /** Runs SQL statements as another client. */
  sql(statements: string): void;
}

/**
 * An empty database: TEST_DATABASE_URL, which the tests empty, or a server that is started. Undefined without
 * both.
 */
export function startPostgres(t: Owner): string | undefined {
  return process.env.TEST_DATABASE_URL || startPostgresServer(t)?.url;
}

/**
 * Starts a server in a temporary folder, reached through its socket; undefined if it is not
 * installed.
 */
export function startPostgresServer(t: Owner): PostgresServer | undefined {
  if (programs === undefined) return undefined;
  const folder = mkdtempSync(path.join(tmpdir(), "undertone-postgres-"));
  const user = serverUser();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const run = (program: string, ...args: string[]) =>
    execFileSync(path.join(programs, program), args, { cwd: folder, stdio: "ignore", ...user });
  const data = path.join(folder, "data");
  run("initdb", "-D", data, "-U", "undertone", "-A", "trust", "-E", "UTF8", "--no-sync");
  const options = `-c listen_addresses= -c unix_socket_directories=${folder} -c fsync=off`;
  const server: PostgresServer = {
    sql: (statements) => run("psql", "-h", folder, "-U", "undertone", "-c", statements, "postgres"),
    url: `postgresql://undertone@localhost/postgres?host=${encodeURIComponent(folder)}`,
    start: () => run("pg_ctl", "-D", data, "-w", "-l", path.join(folder, "log"), "-o", options, "start"),
    stop: () => run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"),
    pause: () => signalAll(data, "SIGSTOP"),
    resume: () => signalAll(data, "SIGCONT"),
  };
  server.start();
  t.after(() => {
    if (existsSync(path.join(data, "postmaster.pid"))) {
      server.resume();
      server.stop();
    }
    rmSync(folder, { recursive: true });
  });
  return server;
}

/** Sends a signal to the server and to its processes, one per connection. */
function signalAll(data: string, signal: NodeJS.Signals): void {
  const server = readFileSync(path.join(data, "postmaster.pid"), "utf8").split("\n", 1)[0]!;
  const made = readFileSync(`/proc/${server}/task/${server}/children`, "utf8").trim().split(" ");
  for (const pid of [server, ...made].filter(Boolean)) process.kill(Number(pid), signal);
}

/** PostgreSQL refuses to run as root, so Debian's user for PostgreSQL runs it. */
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const entry = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync("/etc/passwd", "utf8"));
  if (entry === null) throw new Error("PostgreSQL is installed but has no user `postgres`");
  return { uid: Number(entry[1]), gid: Number(entry[2]) };
}
