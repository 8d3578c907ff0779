import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

/** The settings of glibc's allocator in the image of the sentiment service. */
export async function allocatorSettings(): Promise<Record<string, string>> {
  const text = await readFile("docker/sentiment.Dockerfile", "utf8");
  const settings = Object.fromEntries(
    [...text.matchAll(/(MALLOC_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
  );
  assert.ok(Object.keys(settings).length > 0, "the image has no setting of the allocator");
  return settings;
}
