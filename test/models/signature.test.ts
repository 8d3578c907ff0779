import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, type TestContext, test } from "node:test";
import { ArtifactError, readArtifact, readSecretKey, SIGNATURE, signContent } from "@undertone/models";
import { keyPair, signModel } from "../helpers/minisign-keys.ts";
import { modelCopy } from "../helpers/model.ts";

const own = keyPair();
const other = keyPair();

/** A copy of the tiny model. It is signed unless `change` is given. */
async function model(
  t: TestContext,
  change: (dir: string) => Promise<void> = async () => {},
): Promise<string> {
  const dir = await modelCopy(async (dir) => {
    await signModel(dir, own.secretKeyFile);
    await change(dir);
  });
  t.after(() => rm(dir, { recursive: true }));
  return dir;
}

async function edit(dir: string, file: string, change: (text: string) => string): Promise<void> {
  const full = path.join(dir, file);
  await writeFile(full, change(await readFile(full, "utf8")));
}

describe("a model with a signature", () => {
  test("of a given key is read", async (t) => {
    const dir = await model(t);
    assert.equal((await readArtifact(dir, { publicKeys: [own.publicKey] })).manifest.name, "tiny");
    const both = [other.publicKey, own.publicKey]; // both keys are accepted while a new one replaces an old one
    assert.equal((await readArtifact(dir, { publicKeys: both })).manifest.name, "tiny");
  });

  const ID = /by key [0-9A-F]{16}, found/;
  const FAULTS: [string, RegExp, (dir: string) => Promise<void>][] = [
    ["no signature", /found no such file$/, (dir) => rm(path.join(dir, SIGNATURE))],
    [
      "another key's signature",
      /found one by key [0-9A-F]{16}$/,
      (dir) => signModel(dir, other.secretKeyFile),
    ],
    [
      "a changed manifest",
      /found one of another content$/,
      (dir) => edit(dir, "manifest.json", (text) => `${text} `),
    ],
    [
      "a changed trusted comment",
      /another trusted comment$/,
      (dir) => edit(dir, SIGNATURE, (text) => text.replace("tiny", "huge")),
    ],
    [
      "a signature that is cut off",
      /another format$/,
      (dir) => edit(dir, SIGNATURE, (text) => text.slice(0, 100)),
    ],
    ["an empty signature file", /another format$/, (dir) => edit(dir, SIGNATURE, () => "")],
    [
      "a signature under another key's id",
      /found one of another content$/,
      async (dir) => {
        // The key id is not signed, so an attacker can write any.
        await signModel(dir, other.secretKeyFile);
        const id = Buffer.from(own.publicKey, "base64").subarray(2, 10);
        await edit(dir, SIGNATURE, (text) => {
          const lines = text.split("\n");
          const bytes = Buffer.from(lines[1]!, "base64");
          id.copy(bytes, 2);
          lines[1] = bytes.toString("base64");
          return lines.join("\n");
        });
      },
    ],
  ];
  for (const [what, found, change] of FAULTS)
    test(`with ${what} is refused, and is read if no key is given`, async (t) => {
      const dir = await model(t, change);
      await assert.rejects(readArtifact(dir, { publicKeys: [own.publicKey] }), (error) => {
        assert.ok(error instanceof ArtifactError);
        assert.match(error.message, /manifest\.json\.minisig: expected a signature of manifest\.json by key/);
        assert.match(error.message, ID);
        assert.match(error.message, found);
        return true;
      });
      assert.equal((await readArtifact(dir)).manifest.name, "tiny");
    });

  test("with a changed file is refused, because its hash is signed", async (t) => {
    const dir = await model(t, (dir) => edit(dir, "golden.json", (text) => text.replace("0.", "1.")));
    await assert.rejects(readArtifact(dir, { publicKeys: [own.publicKey] }), /golden\.json: expected sha256/);
  });
});

test("a secret key file that cannot be used is refused, and the error does not quote it", () => {
  const encoded = own.secretKeyFile.split("\n")[1]!;
  const damaged = Buffer.from(encoded, "base64");
  damaged[70]! ^= 1; // a byte of the secret key
  const files = ["", "secret", `a\n${encoded.slice(4)}`, `a\n${damaged.toString("base64")}`];
  for (const file of files)
    assert.throws(
      () => readSecretKey(file, undefined),
      ({ message }: Error) => {
        assert.match(message, /^(expected a|the) secret key/);
        return !message.includes(encoded.slice(80, 90));
      },
    );
});

const skip =
  spawnSync("minisign", ["-v"]).status !== 0 && "minisign is not installed (apt-get install minisign)";

describe("minisign itself", { skip }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), "undertone-minisign-"));
  after(() => rmSync(folder, { recursive: true }));
  const run = (args: string[], input = "") =>
    execFileSync("minisign", args, { cwd: folder, input, stdio: ["pipe", "pipe", "pipe"] });
  const publicKeyOf = async (file: string) =>
    (await readFile(path.join(folder, file), "utf8")).split("\n")[1]!;

  test("signs a model in its current and its older format, and the model is read", async (t) => {
    run(["-G", "-W", "-f", "-p", "a.pub", "-s", "a.key"]);
    const publicKeys = [await publicKeyOf("a.pub")];
    for (const format of [[], ["-l"]]) {
      const dir = await model(t);
      run(["-S", ...format, "-s", "a.key", "-m", path.join(dir, "manifest.json"), "-t", "a comment: 語"]);
      assert.equal((await readArtifact(dir, { publicKeys })).manifest.name, "tiny");
      await edit(dir, "manifest.json", (text) => `${text}\n`);
      await assert.rejects(readArtifact(dir, { publicKeys }), /one of another content/);
    }
  });

  for (const password of [undefined, "a password of minisign"])
    test(`verifies a signature that was made here${password ? ", a key with a password" : ""}`, async (t) => {
      run(
        ["-G", ...(password ? [] : ["-W"]), "-f", "-p", "b.pub", "-s", "b.key"],
        password && `${password}\n${password}\n`, // without one it may end before it reads any
      );
      const file = await readFile(path.join(folder, "b.key"), "utf8");
      if (password) {
        assert.throws(() => readSecretKey(file, undefined), /a password is needed$/);
        assert.throws(() => readSecretKey(file, "another"), /the password is wrong/);
      }
      const key = readSecretKey(file, password);
      assert.equal(key.publicKey, await publicKeyOf("b.pub"));
      const dir = await model(t);
      const manifest = path.join(dir, "manifest.json");
      await writeFile(path.join(dir, SIGNATURE), signContent(await readFile(manifest), key, "tiny 1.0.0"));
      const said = run(["-V", "-H", "-p", "b.pub", "-m", manifest]).toString();
      assert.match(said, /verified[\s\S]*tiny 1\.0\.0/);
    });
});
