/**
 * A model that must not be used; its message is one sentence with the file, what was expected and
 * what was found.
 */
export class ArtifactError extends Error {
  override name = "ArtifactError";

  constructor(file: string, expected: string, found: string) {
    super(`${file}: expected ${expected}, found ${found}`);
  }
}
