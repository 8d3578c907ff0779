import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import ts from "typescript";
import { startApp } from "../helpers/app.ts";

test("the example of the client's README runs as it stands", async (t) => {
  const app = await startApp(t);
  const readme = await readFile("services/client/README.md", "utf8");
  const example = /```ts\n([\s\S]+?)```/.exec(readme)![1]!;
  const lines = example.trim().split("\n").filter(Boolean);
  assert.ok(lines.length <= 10);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "./typescript.mjs", "--input-type=module", "--eval", example],
    { env: { ...process.env, SENTIMENT_URL: await app.listen({ port: 0 }) } },
  );
  assert.match(stdout, /^positive 0\.\d\d\n0 positive\n1 empty_text\nr3 negative\n1 positive\n2 negative\n$/);
});

test("every example of the client's README passes the type checker", async () => {
  const readme = await readFile("services/client/README.md", "utf8");
  const blocks = [...readme.matchAll(/```ts\n([\s\S]+?)```/g)].map(([, block]) => block!);
  assert.ok(blocks.length >= 4);
  const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  const file = path.resolve("services/client/README.ts");
  host.getSourceFile = (name, ...rest) =>
    name === file
      ? ts.createSourceFile(name, blocks.join("\n"), ts.ScriptTarget.ESNext, true)
      : read(name, ...rest);
  const program = ts.createProgram([file], { ...options, noEmit: true }, host);
  const faults = ts.getPreEmitDiagnostics(program, program.getSourceFile(file));
  assert.deepEqual(
    faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
    [],
  );
});
