import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const VERSIONS = "/usr/lib/postgresql";
/** Where Debian puts the server's programs, the newest version first; undefined where there is none. */
const programs = (existsSync(VERSIONS) ? readdirSync(VERSIONS) : [])
  .sort((a, b) => Number(b) - Number(a))
  .map((version) => path.join(VERSIONS, version, "bin"))
  .find((folder) => existsSync(path.join(folder, "initdb")));

/**
 * An empty PostgreSQL database: TEST_DATABASE_URL, which is emptied, or a server of our own in a temporary folder,
 * reached through its socket there. Undefined where neither can be had.
 */
export function startPostgres(t: { after: (stop: () => void) => void }): string | undefined {
  if (process.env.TEST_DATABASE_URL) return process.env.TEST_DATABASE_URL;
  if (programs === undefined) return undefined;
  const folder = mkdtempSync(path.join(tmpdir(), "undertone-postgres-"));
  const user = serverUser();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const run = (program: string, ...args: string[]) =>
    execFileSync(path.join(programs, program), args, { cwd: folder, stdio: "ignore", ...user });
  const data = path.join(folder, "data");
  run("initdb", "-D", data, "-U", "undertone", "-A", "trust", "-E", "UTF8", "--no-sync");
  const options = `-c listen_addresses= -c unix_socket_directories=${folder} -c fsync=off`;
  run("pg_ctl", "-D", data, "-w", "-l", path.join(folder, "log"), "-o", options, "start");
  t.after(() => {
    run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop");
    rmSync(folder, { recursive: true });
  });
  return `postgresql://undertone@localhost/postgres?host=${encodeURIComponent(folder)}`;
}

/** PostgreSQL refuses to run as root; then Debian's own user for it does. */
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const entry = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync("/etc/passwd", "utf8"));
  if (entry === null) throw new Error("PostgreSQL is installed but has no user `postgres`");
  return { uid: Number(entry[1]), gid: Number(entry[2]) };
}
