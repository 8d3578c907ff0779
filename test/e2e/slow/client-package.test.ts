import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { startApp } from "../../helpers/app.ts";

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, "../../..");

const PROGRAM = `import { SentimentClient, SentimentError, type SentimentResult } from "@undertone/client";

const client = new SentimentClient({ url: process.env.SENTIMENT_URL! });
const result: SentimentResult = await client.score("A great film.");
const label: "positive" | "negative" = result.label;
// @ts-expect-error a result has no rating: the declarations are read, and are not \`any\`
result.rating;
const code = await client.score("").catch((error: SentimentError) => error.code);
console.log(label, code);
`;

test("the packed client installs in an empty project, passes the type checker, and scores a text", async (t) => {
  const app = await startApp(t);
  const project = await mkdtemp(path.join(os.tmpdir(), "undertone-client-"));
  t.after(() => rm(project, { recursive: true }));

  await run("npm", ["run", "--silent", "build:client"], { cwd: root });
  const dist = path.join(root, "services/client/dist");
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", project, dist], { cwd: root });
  const [packed] = Object.values(JSON.parse(stdout)) as { filename: string; files: { path: string }[] }[];
  const files = packed!.files.map((file) => file.path);
  assert.ok(files.includes("index.js") && files.includes("index.d.ts") && files.includes("README.md"));
  assert.deepEqual(
    files.filter((file) => /(?<!\.d)\.ts$|map$/.test(file)),
    [],
    "no sources are packed",
  );

  await writeFile(path.join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await writeFile(path.join(project, "program.ts"), PROGRAM);
  const tsconfig = {
    compilerOptions: {
      module: "nodenext",
      target: "es2022",
      strict: true,
      types: ["node"],
      typeRoots: [path.join(root, "node_modules/@types")],
    },
    include: ["program.ts"],
  };
  await writeFile(path.join(project, "tsconfig.json"), JSON.stringify(tsconfig));
  const install = ["install", "--prefer-offline", "--no-audit", `./${path.basename(packed!.filename)}`];
  await run("npm", install, { cwd: project });
  const installed = await readFile(path.join(project, "node_modules/@undertone/client/package.json"), "utf8");
  assert.equal(JSON.parse(installed).private, undefined);

  await run(process.execPath, [path.join(root, "node_modules/typescript/bin/tsc")], { cwd: project });
  const env = { ...process.env, SENTIMENT_URL: await app.listen({ port: 0 }) };
  const ran = await run(process.execPath, ["program.js"], { cwd: project, env });
  assert.equal(ran.stdout, "positive empty_text\n");
});
