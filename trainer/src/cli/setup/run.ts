import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";

/**
 * Runs a program and returns its output.
 * @throws Error that names the program if it is missing, or has its last output if it fails
 */
export async function run(program: string, args: string[], cwd?: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { cwd, maxBuffer: 1 << 28 });
    return stdout;
  } catch (error) {
    const { code, stderr = "" } = error as { code?: string; stderr?: string };
    if (code === "ENOENT") throw new Error(`${program} is needed and was not found on the PATH`);
    throw new Error(
      `${program} ${args.join(" ")} failed:\n${stderr.trim().split("\n").slice(-8).join("\n")}`,
    );
  }
}

/** The hash of a file, in hex or base64. */
async function hashOf(
  file: string,
  algorithm: "sha256" | "sha512",
  encoding: "hex" | "base64",
): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  return hash.digest(encoding);
}

/** @throws Error if the file does not have the pinned hash */
export async function checkHash(
  file: string,
  expected: string,
  algorithm: "sha256" | "sha512",
  encoding: "hex" | "base64",
): Promise<void> {
  const found = existsSync(file) ? await hashOf(file, algorithm, encoding) : "no file";
  if (found !== expected) throw new Error(`${file}: expected ${algorithm} ${expected}, found ${found}`);
}
