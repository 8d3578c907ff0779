import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";
import { ArtifactError } from "./artifact-error.ts";
import { Encoder } from "./encode.ts";
import { unsafeGraph } from "./graph-safety.ts";
import { FORMAT, type Golden, GoldenSchema, LABELS, type Manifest, ManifestSchema } from "./manifest.ts";
import { keyIdOf, signatureFault } from "./minisign.ts";
import { readModelFile } from "./model-folder.ts";
import { SPECIAL_WORDS, type Vocabulary, VocabularySchema } from "./vocabulary.ts";

/** A verified model. */
export interface Artifact {
  dir: string;
  manifest: Manifest;
  vocabulary: Vocabulary;
  encoder: Encoder;
  golden: Golden;
  /** Path of the ONNX file. */
  graph: string;
  /**
   * The verified content of that file, which threads can share. Later changes on disk do not affect
   * it.
   */
  graphBytes: SharedArrayBuffer;
  /**
   * The model card and the plots of its report, by their names in the manifest. The page shows them
   * without a key.
   */
  pages: ReadonlyMap<string, Buffer>;
}

const PAGES = /^(README\.md|report\/[\w-]+\.svg)$/;
const MAX_MANIFEST_BYTES = 4_194_304;
/** The manifest's signature. The manifest has the hash of every other file. */
export const SIGNATURE = "manifest.json.minisig";
const MAX_SIGNATURE_BYTES = 16_384;

export interface ReadOptions {
  /** Public keys of minisign. If there are any, one of them must have signed the manifest. */
  publicKeys?: readonly string[];
}

/**
 * Reads the model in a folder and verifies the manifest, its signature if there are keys, the size and
 * hash of every file, the vocabulary, the encoder, and the ids of the golden texts. It does not run
 * the graph, so the caller checks the golden scores.
 * @throws ArtifactError if the model cannot be used
 */
export async function readArtifact(dir: string, { publicKeys = [] }: ReadOptions = {}): Promise<Artifact> {
  const at = (file: string) => path.join(dir, file);
  const manifestBytes = await readModelFile(dir, "manifest.json", { maxBytes: MAX_MANIFEST_BYTES });
  if (publicKeys.length > 0) await verifySignature(dir, manifestBytes, publicKeys);
  const manifest = parse(at("manifest.json"), manifestBytes, ManifestSchema, checkFormat);
  if (manifest.labels.join() !== LABELS.join()) {
    throw new ArtifactError(at("manifest.json"), `labels ${LABELS.join(", ")}`, manifest.labels.join(", "));
  }
  const { graph, stars } = manifest;
  for (const file of [graph, "vocab.json", "golden.json"]) {
    if (!Object.hasOwn(manifest.files, file))
      throw new ArtifactError(at("manifest.json"), `an entry for ${file}`, "none");
  }
  const contents = new Map<string, Buffer>();
  for (const [file, expected] of Object.entries(manifest.files)) {
    const bytes = await readModelFile(dir, file, { bytes: expected.bytes });
    const found = sha256(bytes);
    if (found !== expected.sha256) throw new ArtifactError(at(file), `sha256 ${expected.sha256}`, found);
    contents.set(file, bytes);
  }
  const vocabulary = parse(at("vocab.json"), contents.get("vocab.json")!, VocabularySchema);
  checkWords(at("vocab.json"), vocabulary.words);
  const encoder = new Encoder(vocabulary);
  if (encoder.fingerprint !== manifest.encoder.fingerprint) {
    const expected = `an encoder with fingerprint ${manifest.encoder.fingerprint}`;
    throw new ArtifactError(
      at("vocab.json"),
      expected,
      `${encoder.fingerprint} (other text rules or another vocabulary)`,
    );
  }
  const golden = parse(at("golden.json"), contents.get("golden.json")!, GoldenSchema);
  for (const [i, text] of golden.texts.entries()) {
    const found = encoder.encode(text.text).ids;
    if (found.join() !== text.ids.join())
      throw new ArtifactError(at("golden.json"), `the ids of text ${i}`, "others");
    if (stars && text.stars === undefined)
      throw new ArtifactError(at("golden.json"), `the stars of text ${i}`, "none");
  }
  const fault = unsafeGraph(contents.get(graph)!);
  if (fault !== undefined) throw new ArtifactError(at(graph), "a graph that needs nothing else", fault);
  const graphBytes = shared(contents.get(graph)!);
  const pages = new Map([...contents].filter(([file]) => PAGES.test(file)));
  return { dir, manifest, vocabulary, encoder, golden, graph: at(graph), graphBytes, pages };
}

async function verifySignature(dir: string, manifest: Buffer, publicKeys: readonly string[]): Promise<void> {
  const expected = `a signature of manifest.json by key ${publicKeys.map(keyIdOf).join(" or ")}`;
  const limits = { maxBytes: MAX_SIGNATURE_BYTES, expected };
  const signature = await readModelFile(dir, SIGNATURE, limits);
  const fault = signatureFault(manifest, signature.toString("utf8"), publicKeys);
  if (fault !== undefined) throw new ArtifactError(path.join(dir, SIGNATURE), expected, fault);
}

function shared(bytes: Buffer): SharedArrayBuffer {
  const copy = new SharedArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}

/** The size in bytes and the SHA-256 (hex) of a file, as the manifest has them. */
export async function describeFile(file: string): Promise<{ sha256: string; bytes: number }> {
  const bytes = await readFile(file);
  return { sha256: sha256(bytes), bytes: bytes.length };
}

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

function parse<T extends TSchema>(
  file: string,
  bytes: Buffer,
  schema: T,
  check?: (file: string, value: unknown) => void,
) {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw new ArtifactError(file, "JSON", (error as Error).message);
  }
  check?.(file, value);
  if (Value.Check(schema, value)) return value as Static<T>;
  const [fault] = Value.Errors(schema, value);
  throw new ArtifactError(
    file,
    `what the format says at ${fault?.instancePath || "/"}`,
    fault?.message ?? "something else",
  );
}

function checkFormat(file: string, value: unknown): void {
  const found = (value as { format?: unknown } | null)?.format;
  if (found !== FORMAT)
    throw new ArtifactError(file, `format ${FORMAT}`, `format ${JSON.stringify(found) ?? "none"}`);
}

function checkWords(file: string, words: readonly string[]): void {
  for (const [id, word] of SPECIAL_WORDS.entries()) {
    if (words[id] !== word) throw new ArtifactError(file, `${word} as word ${id}`, JSON.stringify(words[id]));
  }
  const seen = new Set<string>();
  for (const word of words) {
    if (seen.has(word)) throw new ArtifactError(file, "each word once", `${JSON.stringify(word)} twice`);
    seen.add(word);
  }
}
