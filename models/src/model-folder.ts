import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import path from "node:path";
import { ArtifactError } from "./artifact-error.ts";

/** A file in the folder or in its subfolder `report`, whose name does not begin with a point. */
const NAME = /^(report\/)?[\w-][\w.-]*$/;
/** The maximum size of a model's file, in bytes. */
const MAX_FILE_BYTES = 2 ** 30;

/**
 * Reads one file of a model's folder. The folder may come from an attacker, so this is checked before
 * the file is read: it is a regular file, its real path is inside the folder, and it has at most
 * `maxBytes` (exactly `bytes`, if given). `expected` is for the error if the file is missing.
 * @throws ArtifactError if a check fails or the file cannot be read
 */
export async function readModelFile(
  dir: string,
  name: string,
  {
    maxBytes = MAX_FILE_BYTES,
    bytes,
    expected = "a readable file",
  }: { maxBytes?: number; bytes?: number; expected?: string } = {},
): Promise<Buffer> {
  const file = path.join(dir, name);
  if (!NAME.test(name)) throw new ArtifactError(file, "a file of the model's folder", "a path");
  try {
    const real = await realpath(file);
    const root = await realpath(dir);
    if (!real.startsWith(root + path.sep))
      throw new ArtifactError(file, "a file within the model's folder", "a link that leaves it");
    // Without O_NONBLOCK, opening a FIFO would block until somebody writes into it.
    const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new ArtifactError(file, "a regular file", "a device, a pipe or a folder");
      if (bytes !== undefined && stat.size !== bytes)
        throw new ArtifactError(file, `${bytes} bytes`, `${stat.size}`);
      if (stat.size > maxBytes) throw new ArtifactError(file, `at most ${maxBytes} bytes`, `${stat.size}`);
      return await readExactly(handle, stat.size);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof ArtifactError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new ArtifactError(file, expected, code === "ENOENT" ? "no such file" : (code ?? String(error)));
  }
}

/** Reads `size` bytes, even if the file has grown since its size was checked. */
async function readExactly(handle: Awaited<ReturnType<typeof open>>, size: number): Promise<Buffer> {
  const content = Buffer.alloc(size);
  const { bytesRead } = await handle.read(content, 0, size, 0);
  return content.subarray(0, bytesRead);
}
