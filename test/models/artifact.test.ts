import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { ArtifactError, describeFile, Encoder, LABELS, pad, readArtifact } from "@undertone/models";

const settings = { rules: "default", maximumLength: 8, truncation: "both-ends", fixedLength: false } as const;
const words = ["<pad>", "<unk>", "good", "bad"];

/** A small model in its own folder. `change` damages it before it is read. */
async function artifact(
  change: (dir: string, rewrite: typeof edit) => Promise<void> = async () => undefined,
) {
  const dir = await mkdtemp(path.join(os.tmpdir(), "artifact-"));
  const encoder = new Encoder({ settings, words });
  const write = (file: string, value: unknown) => writeFile(path.join(dir, file), JSON.stringify(value));
  await writeFile(path.join(dir, "model.onnx"), "\n\u0005graph");
  await write("vocab.json", { settings, words });
  await write("golden.json", { texts: [{ text: "good", ids: [2], score: 0.9 }] });
  const metrics = { accuracy: 1, loss: 0, ece: 0 };
  await write("manifest.json", {
    format: 1,
    name: "small",
    version: "1.0.0",
    labels: LABELS,
    graph: "model.onnx",
    architecture: { layers: 1, units: 1, bidirectional: true, head: "pool", embedding: 1 },
    encoder: { fingerprint: encoder.fingerprint, words: words.length, ...settings },
    files: await describe(dir),
    corpus: { sha256: "0".repeat(64), rows: 1, train: 1, validation: 0, test: 0 },
    seed: 0,
    preset: "tiny",
    calibration: { temperature: 1, eceBefore: 0, eceAfter: 0 },
    metrics: { validation: metrics },
    parity: { texts: 1, largestDifference: 0 },
    provenance: { commit: "none", date: "2026-01-01", machine: "none", libraries: {} },
  });
  await change(dir, edit);
  return dir;
}

async function describe(dir: string) {
  const files: Record<string, unknown> = {};
  for (const file of ["model.onnx", "vocab.json", "golden.json"])
    files[file] = await describeFile(path.join(dir, file));
  return files;
}

/** Changes a JSON file of the model. With `rehash` it also updates the manifest's hashes. */
async function edit(
  dir: string,
  file: string,
  change: (value: Record<string, unknown>) => void,
  rehash = true,
) {
  const at = path.join(dir, file);
  const value = JSON.parse(await readFile(at, "utf8"));
  change(value);
  await writeFile(at, JSON.stringify(value));
  if (rehash && file !== "manifest.json") {
    const files = await describe(dir);
    await edit(dir, "manifest.json", (manifest) => Object.assign(manifest, { files }));
  }
}

test("a valid artifact is read", async () => {
  const { manifest, encoder, graph } = await readArtifact(await artifact());
  assert.equal(manifest.name, "small");
  assert.deepEqual([...encoder.encode("good bad").ids], [2, 3]);
  assert.equal(path.basename(graph), "model.onnx");
});

type Change = Parameters<typeof artifact>[0];
const faults: [string, RegExp, Change][] = [
  [
    "no manifest",
    /manifest\.json: expected a readable file, found no such file$/,
    (dir) => rm(path.join(dir, "manifest.json")),
  ],
  [
    "no graph",
    /model\.onnx: expected a readable file, found no such file$/,
    (dir) => rm(path.join(dir, "model.onnx")),
  ],
  [
    "a truncated graph",
    /model\.onnx: expected 7 bytes, found 3$/,
    (dir) => writeFile(path.join(dir, "model.onnx"), "\n\u0001g"),
  ],
  [
    "a graph of the same size but other bytes",
    /model\.onnx: expected sha256 [0-9a-f]{64}, found [0-9a-f]{64}$/,
    (dir) => writeFile(path.join(dir, "model.onnx"), "\n\u0005Graph"),
  ],
  [
    "a truncated manifest",
    /manifest\.json: expected JSON, found /,
    (dir) => writeFile(path.join(dir, "manifest.json"), '{"format": 1'),
  ],
  [
    "an older format",
    /manifest\.json: expected format 1, found format 0$/,
    (dir, change) => change(dir, "manifest.json", (m) => Object.assign(m, { format: 0 })),
  ],
  [
    "somebody else's JSON",
    /manifest\.json: expected format 1, found format none$/,
    (dir) => writeFile(path.join(dir, "manifest.json"), '{"model_type": "bert"}'),
  ],
  [
    "a manifest without seed",
    /manifest\.json: expected what the format says at \/, found /,
    (dir, change) => change(dir, "manifest.json", (m) => delete m.seed),
  ],
  [
    "labels in another order",
    /manifest\.json: expected labels negative, positive, found positive, negative$/,
    (dir, change) =>
      change(dir, "manifest.json", (m) => Object.assign(m, { labels: ["positive", "negative"] })),
  ],
  [
    "a graph that the manifest does not list",
    /manifest\.json: expected an entry for other\.onnx, found none$/,
    (dir, change) => change(dir, "manifest.json", (m) => Object.assign(m, { graph: "other.onnx" })),
  ],
  [
    "a vocabulary without <pad>",
    /vocab\.json: expected <pad> as word 0, found "good"$/,
    (dir, change) => change(dir, "vocab.json", (v) => Object.assign(v, { words: ["good", "<unk>"] })),
  ],
  [
    "a word twice",
    /vocab\.json: expected each word once, found "good" twice$/,
    (dir, change) =>
      change(dir, "vocab.json", (v) => Object.assign(v, { words: ["<pad>", "<unk>", "good", "good"] })),
  ],
  [
    "the vocabulary of another encoder",
    /vocab\.json: expected an encoder with fingerprint /,
    (dir, change) =>
      change(dir, "vocab.json", (v) => Object.assign(v, { words: ["<pad>", "<unk>", "bad", "good"] })),
  ],
  [
    "golden texts with other ids",
    /golden\.json: expected the ids of text 0, found others$/,
    (dir, change) =>
      change(dir, "golden.json", (g) => Object.assign(g, { texts: [{ text: "good", ids: [3], score: 1 }] })),
  ],
];

for (const [name, message, change] of faults) {
  test(`${name} is refused with one sentence`, async () => {
    const dir = await artifact(change);
    await assert.rejects(readArtifact(dir), (error: Error) => {
      assert.ok(error instanceof ArtifactError);
      assert.match(error.message, message);
      assert.ok(!error.message.includes("\n"));
      return true;
    });
  });
}

test("rows are padded with zeros to the longest, and their lengths are kept", () => {
  const { ids, lengths, batch, time } = pad([Int32Array.of(5, 6, 7), Int32Array.of(8)]);
  assert.deepEqual([[...ids], [...lengths], batch, time], [[5, 6, 7, 8, 0, 0], [3, 1], 2, 3]);
  assert.throws(() => pad([new Int32Array(0)]), /row 0: at least one id is expected/);
});
