import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { checkHash, run } from "../../trainer/src/cli/setup/run.ts";

const npmScript = (file: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, ["--import", "./typescript.mjs", file, ...args]);

/** The output of a command's --help, without line breaks. */
const help = async (file: string) => (await npmScript(file, "--help")).stdout.replaceAll(/\s+/g, " ");

test("a program that is missing is named", async () => {
  await assert.rejects(
    run("no-such-compiler", ["--version"]),
    /^Error: no-such-compiler is needed and was not found/,
  );
});

test("the error for a program that fails has its output", async () => {
  await assert.rejects(
    run(process.execPath, ["-e", "console.error('out of luck'); process.exit(3)"]),
    /out of luck/,
  );
});

test("a file with another hash than the pinned one is refused with both, and so is a missing file", async () => {
  const file = path.join(await mkdtemp(path.join(os.tmpdir(), "setup-")), "wheel");
  await writeFile(file, "abc");
  const sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  await checkHash(file, sha256, "sha256", "hex");
  await assert.rejects(
    checkHash(file, "0".repeat(64), "sha256", "hex"),
    new RegExp(`expected sha256 0{64}, found ${sha256}`),
  );
  await assert.rejects(checkHash(`${file}.gone`, sha256, "sha256", "hex"), /found no file/);
});

test("--help names every option of set-up and training, with defaults", async () => {
  const setup = await help("trainer/src/cli/setup.ts");
  for (const option of ["--gpu", "--cpu", "Default: if an NVIDIA driver answers"])
    assert.ok(setup.includes(option));
  const train = await help("trainer/src/cli/train.ts");
  for (const option of [
    "--preset",
    "--corpus",
    "--test",
    "--out",
    "--resume",
    'default: "rating"',
    "Default: runs/<preset>",
  ]) {
    assert.ok(train.includes(option), option);
  }
});

test("a missing corpus ends training with one line", async () => {
  await assert.rejects(
    npmScript("trainer/src/cli/train.ts", "--preset", "tiny", "--corpus", "no-such-file.csv"),
    (error: Error & { code: number; stderr: string }) => {
      assert.equal(error.code, 1);
      assert.match(error.stderr, /^train: .*(no-such-file\.csv|setup:trainer)/);
      return true;
    },
  );
});
