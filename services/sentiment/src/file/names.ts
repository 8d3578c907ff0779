import type { Stats } from "node:fs";
import { lstat, realpath, stat } from "node:fs/promises";
import path from "node:path";

/** The input and the outputs of a run. */
export interface FileNames {
  input: { name: string; info: Stats };
  out: string | undefined;
  errors: string | undefined;
}

/**
 * Checks that each output is another file than the input and the other output, also if links lead
 * there. Existing files are compared by device and inode, new names by their real folder.
 */
export async function checkNames({ input, out, errors }: FileNames): Promise<void> {
  const outputs = [out, errors].filter((name) => name !== undefined);
  const places = new Set<string>();
  if (input.info.isFile()) places.add(identity(input.info));
  for (const name of outputs) {
    await refuseUnreplaceable(name);
    const place = await placeOf(name);
    if (places.has(place))
      throw new Error(
        `${name}: the input, --out and --errors must be different files; a link leads to another of them`,
      );
    places.add(place);
  }
}

/** Refuses a link, a device or a pipe, because a finished file cannot replace it. */
async function refuseUnreplaceable(name: string): Promise<void> {
  const info = await lstat(name).catch(absent);
  if (info === undefined || info.isFile()) return;
  const found = info.isSymbolicLink()
    ? "a symbolic link"
    : info.isDirectory()
      ? "a folder"
      : "a device or pipe";
  throw new Error(
    `${name}: expected a file or a new name, found ${found}. ` +
      "Name the file itself, or leave out --out for standard output.",
  );
}

async function placeOf(name: string): Promise<string> {
  const info = await stat(name).catch(absent);
  if (info !== undefined) return identity(info);
  return path.join(await realpath(path.dirname(path.resolve(name))), path.basename(name));
}

const identity = ({ dev, ino }: Stats) => `${dev}:${ino}`;

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
