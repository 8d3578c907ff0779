/**
 * A model cannot be used. The message is one sentence: the file, what was expected, and what was
 * found.
 */
export class ArtifactError extends Error {
  override name = "ArtifactError";

  constructor(file: string, expected: string, found: string) {
    super(`${file}: expected ${expected}, found ${found}`);
  }
}
