import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Manifest } from "@undertone/models";
import { startService } from "./service.ts";

/**
 * The limits of one batch request: its number of texts, and its UTF-16 units (a body has at
 * most 4 MiB).
 */
const BATCH = { items: 1_000, length: 500_000 };

export interface Scored {
  /** Name and version. */
  model: string;
  /** The scores by text. A text that the service refused has none. */
  scores: Map<string, number>;
  /** The number of texts that were scored now. The others were in the cache. */
  fresh: number;
}

/**
 * Scores all texts with the model of `modelDir` and the real service. Earlier scores are read from
 * `cacheDir`, which has a file per model name, version and graph. It has hashes instead of texts.
 */
export async function scoreTexts(
  texts: Iterable<string>,
  {
    modelDir,
    cacheDir,
    onProgress,
  }: { modelDir: string; cacheDir: string; onProgress: (done: number, of: number) => void },
): Promise<Scored> {
  const manifest = JSON.parse(await readFile(path.join(modelDir, "manifest.json"), "utf8")) as Manifest;
  const graph = manifest.files[manifest.graph]!.sha256.slice(0, 12);
  const file = path.join(cacheDir, `${manifest.name}-${manifest.version}-${graph}.json`);
  const known = new Map(Object.entries(await readCache(file)));
  const hashes = new Map([...new Set(texts)].map((text) => [text, hash(text)]));
  const missing = [...hashes.keys()].filter((text) => !known.has(hashes.get(text)!));
  if (missing.length > 0) {
    const service = await startService(modelDir);
    try {
      let done = 0;
      for (const batch of batches(missing)) {
        const scores = await service.score(batch);
        for (const [i, text] of batch.entries()) known.set(hashes.get(text)!, scores[i] ?? null);
        done += batch.length;
        onProgress(done, missing.length);
      }
    } finally {
      await service.close();
    }
    await mkdir(cacheDir, { recursive: true });
    await writeFile(file, JSON.stringify(Object.fromEntries(known)));
  }
  const scores = new Map<string, number>();
  for (const [text, key] of hashes) {
    const score = known.get(key);
    if (typeof score === "number") scores.set(text, score);
  }
  return { model: `${manifest.name} ${manifest.version}`, scores, fresh: missing.length };
}

/** Null if the service refused the text. */
async function readCache(file: string): Promise<Record<string, number | null>> {
  const json = await readFile(file, "utf8").catch(() => "{}");
  return JSON.parse(json) as Record<string, number | null>;
}

function* batches(texts: string[]): Generator<string[]> {
  let [batch, length]: [string[], number] = [[], 0];
  for (const text of texts) {
    if (batch.length === BATCH.items || (batch.length > 0 && length + text.length > BATCH.length)) {
      yield batch;
      [batch, length] = [[], 0];
    }
    batch.push(text);
    length += text.length;
  }
  if (batch.length > 0) yield batch;
}

const hash = (text: string) => createHash("sha256").update(text).digest("base64url").slice(0, 22);
