import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { ArtifactError, readArtifact } from "@undertone/models";
import protobuf from "protobufjs/minimal.js";
import { listFile, modelCopy, TINY_MODEL } from "../helpers/model.ts";

type Files = Record<string, { sha256: string; bytes: number }>;

/** Changes the list of files in the manifest of a copy. */
async function listed(dir: string, change: (files: Files) => Promise<void> | void): Promise<void> {
  const file = path.join(dir, "manifest.json");
  const manifest = JSON.parse(await readFile(file, "utf8"));
  await change(manifest.files);
  await writeFile(file, JSON.stringify(manifest));
}

const CARD = "README.md";
const HOSTILE: [string, RegExp, (dir: string) => Promise<void>][] = [
  [
    "a card that is a link to a file elsewhere",
    /README\.md: expected a file within the model's folder, found a link that leaves it/,
    async (dir) => {
      await symlink("/etc/hostname", path.join(dir, CARD));
      await listFile(dir, CARD);
    },
  ],
  [
    "a report that is a link to a folder elsewhere",
    /found a link that leaves it/,
    async (dir) => {
      await symlink("/etc", path.join(dir, "report"));
      await listFile(dir, "report/hostname");
    },
  ],
  [
    "a name that leaves the folder",
    /expected a file of the model's folder, found a path/,
    (dir) => listFile(dir, "../../../../../../etc/hostname", "/etc/hostname"),
  ],
  ["an absolute name", /found a path/, (dir) => listFile(dir, "/etc/hostname", "/etc/hostname")],
  [
    "a pipe that nobody writes into",
    /expected a regular file/,
    async (dir) => {
      execFileSync("mkfifo", [path.join(dir, CARD)]);
      await listed(dir, (files) => {
        files[CARD] = files["vocab.json"]!;
      });
    },
  ],
  [
    "a device without an end in place of the manifest",
    /found a link that leaves it/,
    async (dir) => {
      await rm(path.join(dir, "manifest.json"));
      await symlink("/dev/zero", path.join(dir, "manifest.json"));
    },
  ],
  [
    "a folder in place of a file",
    /expected a regular file/,
    async (dir) => {
      await mkdir(path.join(dir, CARD));
      await listed(dir, (files) => {
        files[CARD] = files["vocab.json"]!;
      });
    },
  ],
  [
    "a file that is larger than the manifest says: it is not read",
    /expected 5 bytes, found 3000000000/,
    async (dir) => {
      execFileSync("truncate", ["-s", "3000000000", path.join(dir, CARD)]);
      await listed(dir, (files) => {
        files[CARD] = { sha256: "0".repeat(64), bytes: 5 };
      });
    },
  ],
  [
    "a graph whose weights are in another file",
    /found data outside the file/,
    (dir) => graph(dir, external()),
  ],
  [
    "a graph that names the place of its weights",
    /found data outside the file/,
    (dir) => graph(dir, placed()),
  ],
  ["a graph with operators of a library", /found operators of "evil\.ops"/, (dir) => graph(dir, foreign())],
  ["a graph with functions of its own", /found functions of its own/, (dir) => graph(dir, withFunctions())],
  ["a graph within graphs without end", /nested too deep/, (dir) => graph(dir, nested(200))],
  [
    "a graph that is no ONNX",
    /found no ONNX file/,
    (dir) => graph(dir, Buffer.from("\x3a\xff\xff\xff\x0f", "latin1")),
  ],
];

describe("a malicious model folder", () => {
  for (const [what, reason, change] of HOSTILE) {
    test(`${what} is refused without delay`, async (t) => {
      const dir = await modelCopy(change);
      t.after(() => rm(dir, { recursive: true }));
      const begun = performance.now();
      await assert.rejects(readArtifact(dir), (error) => {
        assert.ok(error instanceof ArtifactError);
        assert.match(error.message, reason);
        return true;
      });
      assert.ok(performance.now() - begun < 5_000);
    });
  }

  test("links within the folder are followed, because Kubernetes' volumes consist of them", async (t) => {
    const dir = await modelCopy(async (dir) => {
      await writeFile(path.join(dir, "card.md"), "# Tiny");
      await symlink("card.md", path.join(dir, CARD));
      await listFile(dir, CARD);
    });
    t.after(() => rm(dir, { recursive: true }));
    assert.equal((await readArtifact(dir)).pages.get(CARD)?.toString(), "# Tiny");
  });

  test("a model card without a hash in the manifest is not shown", async (t) => {
    const dir = await modelCopy((dir) => writeFile(path.join(dir, CARD), "# Tiny"));
    t.after(() => rm(dir, { recursive: true }));
    assert.equal((await readArtifact(dir)).pages.size, 0);
  });
});

async function graph(dir: string, bytes: Uint8Array): Promise<void> {
  const manifest = JSON.parse(await readFile(path.join(TINY_MODEL, "manifest.json"), "utf8"));
  await writeFile(path.join(dir, manifest.graph), bytes);
  await listFile(dir, manifest.graph);
}

/** A protobuf message with one field, whose content is `inner`. */
const message = (field: number, inner: Uint8Array) =>
  protobuf.Writer.create()
    .uint32((field << 3) | 2)
    .bytes(inner)
    .finish();
const number = (field: number, value: number) =>
  protobuf.Writer.create()
    .uint32(field << 3)
    .uint32(value)
    .finish();
const text = (field: number, value: string) => message(field, Buffer.from(value));
const [MODEL_GRAPH, GRAPH_NODE, GRAPH_INITIALIZER] = [7, 1, 5];

const external = () => message(MODEL_GRAPH, message(GRAPH_INITIALIZER, number(14, 1)));
const placed = () => message(MODEL_GRAPH, message(GRAPH_INITIALIZER, message(13, text(1, "location"))));
const foreign = () => message(MODEL_GRAPH, message(GRAPH_NODE, text(7, "evil.ops")));
const withFunctions = () => message(25, text(1, "f"));
function nested(depth: number): Uint8Array {
  let inner: Uint8Array = new Uint8Array();
  for (let level = 0; level < depth; level++) inner = message(GRAPH_NODE, message(5, message(6, inner)));
  return message(MODEL_GRAPH, inner);
}
