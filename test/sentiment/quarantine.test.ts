import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { describe, type TestContext, test } from "node:test";
import { CAPACITY, Quarantine } from "../../services/sentiment/src/scoring/quarantine.ts";

const KEY = `${"k".repeat(43)}=`;
const keyNumber = (n: number) => Buffer.from(String(n).padStart(32, "0")).toString("base64");
const HOUR = 3_600;

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), "undertone-quarantine-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function open(t: TestContext, quarantineFile: string) {
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  const quarantine = new Quarantine({ quarantineFile, quarantineSeconds: HOUR, warn });
  t.after(() => quarantine.close());
  return { quarantine, warnings };
}

describe("the quarantine", () => {
  test("outlives its process, until an entry expires", (t) => {
    t.mock.timers.enable({ apis: ["Date", "setInterval"], now: 1_000_000 });
    const file = path.join(folderOf(t), "quarantine.json");
    open(t, file).quarantine.add(KEY);
    const { quarantine, warnings } = open(t, file);
    assert.ok(quarantine.has(KEY));
    assert.ok(!quarantine.has(keyNumber(1)));
    t.mock.timers.tick((HOUR - 1) * 1_000);
    assert.ok(open(t, file).quarantine.has(KEY));
    t.mock.timers.tick(1_000);
    assert.ok(!quarantine.has(KEY));
    assert.ok(!open(t, file).quarantine.has(KEY));
    assert.deepEqual(warnings, []);
  });

  test("is shared by replicas, and none loses the entries of another", (t) => {
    t.mock.timers.enable({ apis: ["setInterval"] });
    const file = path.join(folderOf(t), "quarantine.json");
    const [one, other] = [open(t, file).quarantine, open(t, file).quarantine];
    one.add(keyNumber(1));
    other.add(keyNumber(2));
    assert.ok(other.has(keyNumber(1)));
    t.mock.timers.tick(2_000);
    assert.ok(one.has(keyNumber(2)));
  });

  test("is bounded, and its file has only hashes and times and is readable by its owner only", async (t) => {
    const file = path.join(folderOf(t), "quarantine.json");
    const many = Object.fromEntries(
      Array.from({ length: CAPACITY + 500 }, (_, n) => [keyNumber(n), Date.now() + 60_000]),
    );
    await writeFile(file, JSON.stringify({ version: 1, entries: many, suspects: {} }));
    const { quarantine } = open(t, file);
    quarantine.add(KEY);
    quarantine.close();
    const { version, entries } = JSON.parse(await readFile(file, "utf8"));
    assert.equal(version, 1);
    assert.equal(Object.keys(entries).length, CAPACITY);
    assert.ok(KEY in entries);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(path.dirname(file)), ["quarantine.json"]);
  });

  test("ignores times in the file that are later than its own clock", async (t) => {
    const file = path.join(folderOf(t), "quarantine.json");
    await writeFile(
      file,
      JSON.stringify({ version: 1, entries: { [KEY]: Number.MAX_SAFE_INTEGER }, suspects: {} }),
    );
    t.mock.timers.enable({ apis: ["Date", "setInterval"], now: Date.now() });
    const { quarantine } = open(t, file);
    assert.ok(quarantine.has(KEY));
    t.mock.timers.tick(HOUR * 1_000);
    assert.ok(!quarantine.has(KEY));
  });

  const CORRUPT: [string, (file: string) => unknown, RegExp][] = [
    ["no JSON", (file) => writeFile(file, '{"version":1,'), /is ignored: it is no JSON\.$/],
    ["another format", (file) => writeFile(file, '{"version":2}'), /is ignored: it has another format\.$/],
    [
      "a text instead of a hash",
      (file) => writeFile(file, '{"version":1,"entries":{"A great film.":1},"suspects":{}}'),
      /has another format\.$/,
    ],
    ["too much", (file) => writeFile(file, " ".repeat(5_000_000)), /no file of at most 4 MiB\.$/],
    ["a pipe", (file) => execFileSync("mkfifo", [file]), /no file of at most 4 MiB\.$/],
  ];
  for (const [what, make, warning] of CORRUPT)
    test(`ignores ${what} with one warning, and replaces it`, async (t) => {
      t.mock.timers.enable({ apis: ["setInterval"] });
      const file = path.join(folderOf(t), "quarantine.json");
      await make(file);
      const { quarantine, warnings } = open(t, file);
      t.mock.timers.tick(10_000);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]!, warning);
      quarantine.add(KEY);
      assert.ok(open(t, file).quarantine.has(KEY));
    });

  test("works without its file if it cannot be written, and warns", (t) => {
    const { quarantine, warnings } = open(t, "/proc/none/quarantine.json");
    quarantine.add(KEY);
    assert.ok(quarantine.has(KEY));
    assert.match(
      warnings.at(-1)!,
      /^QUARANTINE_FILE: \/proc\/none\/quarantine\.json cannot be written: ENOENT\./,
    );
  });
});

describe("a text under way when a process died", () => {
  /** The file of a killed process that had these texts. No process has its number. */
  const die = (file: string, keys: unknown) =>
    writeFile(`${file}.${hostname()}.${2 ** 30}`, typeof keys === "string" ? keys : JSON.stringify(keys));
  const [one, two] = [keyNumber(1), keyNumber(2)];

  test("is suspected, and is poison if the process dies again while it is alone", async (t) => {
    const file = path.join(folderOf(t), "quarantine.json");
    await die(file, [one, two]);
    const first = open(t, file).quarantine;
    assert.deepEqual([first.has(one), first.isSuspect(one), first.isSuspect(two)], [false, true, true]);
    await die(file, [one]);
    const second = open(t, file).quarantine;
    assert.deepEqual([second.has(one), second.isSuspect(one)], [true, false]);
    assert.deepEqual([second.has(two), second.isSuspect(two)], [false, true]);
  });

  test("is not suspected any more after it was scored", async (t) => {
    const file = path.join(folderOf(t), "quarantine.json");
    await die(file, [one]);
    const { quarantine } = open(t, file);
    quarantine.begin([one])([one]);
    assert.ok(!quarantine.isSuspect(one));
    assert.ok(!open(t, file).quarantine.isSuspect(one));
  });

  test("together with others is poison after three deaths", async (t) => {
    const file = path.join(folderOf(t), "quarantine.json");
    const states: boolean[] = [];
    for (let death = 1; death <= 3; death++) {
      await die(file, [one, keyNumber(10 + death)]);
      states.push(open(t, file).quarantine.has(one));
    }
    assert.deepEqual(states, [false, false, true]);
  });

  test("is read only from complete files of dead processes of this host, and from each once", async (t) => {
    const folder = folderOf(t);
    const file = path.join(folder, "quarantine.json");
    await die(file, '["half');
    await writeFile(`${file}.${hostname()}.1`, JSON.stringify([one])); // a process that lives
    await writeFile(`${file}.another-host.7`, JSON.stringify([one]));
    const old = `${file}.a-host-that-never-came-back.7`;
    await writeFile(old, JSON.stringify([one]));
    await utimes(old, 0, 0);
    const { quarantine, warnings } = open(t, file);
    assert.ok(!quarantine.isSuspect(one));
    quarantine.close();
    assert.deepEqual(warnings, []);
    const left = (await readdir(folder)).map((name) => name.replace(hostname(), "host"));
    assert.deepEqual(left.sort(), ["quarantine.json.another-host.7", "quarantine.json.host.1"]);
  });
});
