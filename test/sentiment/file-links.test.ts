import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { link, lstat, mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { openInput } from "../../services/sentiment/src/file/input.ts";
import { checkNames } from "../../services/sentiment/src/file/names.ts";
import { Output } from "../../services/sentiment/src/file/output.ts";
import { start } from "../helpers/process.ts";

const CONTENT = "text\ngreat\n";

/** The ways in which a name can lead to another file. */
const KINDS = {
  itself: async (_file: string, _name: string) => {},
  symbolic: (file: string, name: string) => symlink(file, name),
  relative: (file: string, name: string) => symlink(path.relative(path.dirname(name), file), name),
  hard: (file: string, name: string) => link(file, name),
  chain: async (file: string, name: string) => {
    await symlink(file, `${name}.between`);
    await symlink(`${name}.between`, name);
  },
  folder: async (file: string, name: string) => {
    await symlink(path.dirname(file), `${name}.folder`);
  },
  dangling: (_file: string, name: string) => symlink(`${name}.nothing`, name),
  pipe: async (_file: string, name: string) => {
    execFileSync("mkfifo", [name]);
  },
};
type Kind = keyof typeof KINDS;

async function makeLink(kind: Kind, file: string, name: string): Promise<string> {
  await KINDS[kind](file, name);
  if (kind === "itself") return file;
  return kind === "folder" ? path.join(`${name}.folder`, path.basename(file)) : name;
}

test("an output is never written through a link of any kind to the input or the other output", async () => {
  const kind = fc.constantFrom(...(Object.keys(KINDS) as Kind[]));
  const target = fc.constantFrom("input", "out");
  await fc.assert(
    fc.asyncProperty(kind, target, fc.boolean(), async (kind, target, exists) => {
      const folder = await mkdtemp(path.join(tmpdir(), "undertone-links-"));
      const input = path.join(folder, "in.csv");
      await writeFile(input, CONTENT);
      await mkdir(path.join(folder, "other"));
      const out = path.join(folder, "out.csv");
      if (exists || target === "out") await writeFile(out, "an older result");
      const name = await makeLink(kind, target === "input" ? input : out, path.join(folder, "other", "link"));
      const opened = await openInput(input);
      const names = { input: { name: input, info: opened.info } };
      await assert.rejects(checkNames({ ...names, out, errors: name }), /different files|expected a file/);
      if (target === "input") await assert.rejects(checkNames({ ...names, out: name, errors: undefined }));
      for await (const _ of opened.bytes);
      assert.equal(await readFile(input, "utf8"), CONTENT);
    }),
    { numRuns: 60 },
  );
});

test("an output is written under a new name in the same folder, and then replaces the old file", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "undertone-links-"));
  const secret = path.join(folder, "secret");
  await writeFile(secret, "keep me");
  const out = path.join(folder, "out.csv");
  const output = await Output.create(out);
  await symlink(secret, out); // the file appears after the check and before the end
  await output.write(Buffer.from("scored\n"));
  assert.match(output.partial.name, /^\.out\.csv\.[0-9a-f]{16}\.partial$/);
  await output.finish();
  assert.equal(await readFile(secret, "utf8"), "keep me");
  assert.ok((await lstat(out)).isFile());
  assert.deepEqual((await readdir(folder)).sort(), ["out.csv", "secret"]);
});

test("a run does not resume if its partial file was replaced by a link", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "undertone-links-"));
  const secret = path.join(folder, "secret");
  await writeFile(secret, "keep me");
  const name = ".out.csv.0123456789abcdef.partial";
  await symlink(secret, path.join(folder, name));
  await assert.rejects(Output.resume(path.join(folder, "out.csv"), { name, bytes: 0 }), /ELOOP/);
  await link(secret, path.join(folder, `${name}2`));
  await assert.rejects(
    Output.resume(path.join(folder, "out.csv"), { name: `${name}2`, bytes: 0 }),
    /expected the file of a stopped run/,
  );
  assert.equal(await readFile(secret, "utf8"), "keep me");
});

test("score FILE --out LINK leaves the input as it was", async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), "undertone-links-"));
  const input = path.join(folder, "a.csv");
  await writeFile(input, CONTENT);
  await symlink(input, path.join(folder, "b.csv"));
  await link(input, path.join(folder, "c.csv"));
  for (const name of ["b.csv", "c.csv"]) {
    const { code, stderr } = await start(t, ["score", input, "--out", path.join(folder, name)]).ended;
    assert.equal(code, 1);
    assert.match(stderr, /symbolic link|different files/);
    assert.equal(await readFile(input, "utf8"), CONTENT);
  }
});
