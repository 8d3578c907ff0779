import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describeFile } from "@undertone/models";

/** The model reads at most 256 tokens. weights.json has its words and their weights. */
export const TINY_MODEL = fileURLToPath(new URL("../fixtures/tiny-model", import.meta.url));

/** A text with as many tokens as the tiny model reads. */
export const LONG_TEXT = "the film was good and ".repeat(60);

/** A copy of the tiny model. `change` gets the folder and can damage it. */
export async function modelCopy(change: (dir: string) => Promise<void>): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), "undertone-model-"));
  await cp(TINY_MODEL, dir, { recursive: true });
  await change(dir);
  return dir;
}

/** A model whose files match its manifest, with another first golden score. */
export function modelWithOtherScore(): Promise<string> {
  return modelCopy(async (dir) => {
    const file = path.join(dir, "golden.json");
    const golden = JSON.parse(await readFile(file, "utf8"));
    golden.texts[0].score += 0.001;
    await writeFile(file, JSON.stringify(golden));
    const manifestFile = path.join(dir, "manifest.json");
    const manifest = JSON.parse(await readFile(manifestFile, "utf8"));
    manifest.files["golden.json"] = await describeFile(file);
    await writeFile(manifestFile, JSON.stringify(manifest));
  });
}

/**
 * Lists a file of a copy in its manifest, so that it is read and may be shown. `source` is the file
 * that is described.
 */
export async function listFile(dir: string, name: string, source = path.join(dir, name)): Promise<void> {
  const file = path.join(dir, "manifest.json");
  const manifest = JSON.parse(await readFile(file, "utf8"));
  manifest.files[name] = await describeFile(source);
  await writeFile(file, JSON.stringify(manifest));
}
