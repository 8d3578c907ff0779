import { readdir, readFile } from "node:fs/promises";

/** The documents that a reader follows, as paths from the repository's root. */
export async function documents(): Promise<string[]> {
  const inFolder = async (folder: string, name: (entry: string) => string) =>
    (await readdir(folder)).map((entry) => `${folder}/${name(entry)}`);
  const files = [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docker/README.md",
    ...(await inFolder("docs", (entry) => entry)),
    ...(await inFolder("services", (entry) => `${entry}/README.md`)),
    ...(await inFolder("trainer/research", (entry) => `${entry}/README.md`)),
  ];
  const found = await Promise.all(files.map(async (file) => file.endsWith(".md") && (await exists(file))));
  return files.filter((_, i) => found[i]);
}

const exists = (file: string) =>
  readFile(file).then(
    () => true,
    () => false,
  );

/** The commands of a document's `sh` blocks, without comments; a command may span lines. */
export function commandsOf(markdown: string): string[] {
  const commands: string[] = [];
  for (const [, block = ""] of markdown.matchAll(/^```sh\n([\s\S]*?)^```/gm)) {
    let open = "";
    for (const line of block.split("\n")) {
      const text = open + (open === "" ? line.trim() : `\n${line}`);
      const unfinished = text.endsWith("\\") || (text.match(/'/g) ?? []).length % 2 === 1;
      open = unfinished ? text : "";
      const command = text.replace(/(^|\s+)#\s.*$/, "").trim();
      if (!unfinished && command !== "") commands.push(...command.split(" && "));
    }
  }
  return commands;
}
