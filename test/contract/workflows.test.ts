import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { parse } from "yaml";

const run = promisify(execFile);
const FOLDER = ".github/workflows";

interface Workflow {
  permissions?: unknown;
  jobs: Record<string, { permissions?: Record<string, string>; uses?: string; steps?: { uses?: string }[] }>;
}

/** The permissions of jobs in addition to reading the repository. Each is needed. */
const WRITES: Record<string, string[]> = {
  "release.yml images": ["packages", "id-token", "attestations"],
  "release.yml client": ["id-token"],
  "release.yml notes": ["contents"],
  "version.yml version": ["contents", "pull-requests"],
};

const workflows = new Map<string, Workflow>();
for (const file of await readdir(FOLDER))
  workflows.set(file, parse(await readFile(path.join(FOLDER, file), "utf8")));

for (const [file, { permissions, jobs }] of workflows) {
  test(`${file} may only read the repository, except for the listed jobs`, () => {
    assert.deepEqual(permissions, { contents: "read" });
    for (const [name, job] of Object.entries(jobs)) {
      const writes = Object.entries(job.permissions ?? {}).filter(([, level]) => level !== "read");
      assert.deepEqual(
        writes.map(([what]) => what),
        WRITES[`${file} ${name}`] ?? [],
        name,
      );
    }
  });

  test(`${file} uses actions by version or digest, and never by branch`, () => {
    const used = Object.values(jobs).flatMap(({ uses, steps = [] }) => [
      uses,
      ...steps.map((one) => one.uses),
    ]);
    for (const action of used)
      if (action !== undefined) assert.match(action, /^[\w./-]+@(v\d+(\.\d+)*|[0-9a-f]{40})$/);
  });
}

test("Dependabot updates the actions", async () => {
  const { updates } = parse(await readFile(".github/dependabot.yml", "utf8"));
  const entry = updates.find((one: Record<string, unknown>) => one["package-ecosystem"] === "github-actions");
  assert.equal(entry?.directory, "/");
});

/** The output of reachable.sh for a URL. Its exit code must be 0 for any URL. */
async function reach(t: TestContext, url: string) {
  const folder = await mkdtemp(path.join(tmpdir(), "undertone-reachable-"));
  t.after(() => rm(folder, { recursive: true }));
  const [output, summary] = [path.join(folder, "output"), path.join(folder, "summary")];
  const env = { ...process.env, GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, NO_PROXY: "*" };
  await run("bash", [".github/reachable.sh", "a scan", url], { env });
  const written = (file: string) => readFile(file, "utf8").catch(() => "");
  return { output: await written(output), summary: await written(summary) };
}

test("a check whose registry is unreachable is SKIPPED with the reason", async (t) => {
  const server = http.createServer((request, response) => {
    response.writeHead(request.url === "/there" ? 200 : 404).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  assert.deepEqual(await reach(t, `${url}/there`), { output: "reachable=true\n", summary: "" });
  const missing = await reach(t, `${url}/missing`);
  assert.equal(missing.output, "reachable=false\n");
  assert.match(missing.summary, /^SKIPPED a scan: http:.*\/missing: .*404/);
  const closed = await reach(t, "http://127.0.0.1:1/");
  assert.equal(closed.output, "reachable=false\n");
  assert.match(closed.summary, /^SKIPPED a scan: http:\/\/127\.0\.0\.1:1\/: .*connect/i);
});
