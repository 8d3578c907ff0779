import { readdir } from "node:fs/promises";
import path from "node:path";

/** Folders without documents of the repository. */
const SKIPPED = new Set(["node_modules", "dist", "runs", "corpus"]);

/** Every Markdown file of the repository, as paths from its root. */
export async function documents(folder = "."): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const file = path.posix.join(folder, entry.name);
    if (entry.isFile() && file.endsWith(".md")) found.push(file);
    const isHidden = entry.name.startsWith(".") && entry.name !== ".github";
    if (entry.isDirectory() && !isHidden && !SKIPPED.has(entry.name)) found.push(...(await documents(file)));
  }
  return found.sort();
}

/** The commands in the comments at the beginning of a YAML file, which are indented by three spaces. */
export function commandsOfComments(yaml: string): string[] {
  const [head = ""] = yaml.split(/^[^#]/m, 1);
  const shown = [...head.matchAll(/^# {3,}(.+)$/gm)].map(([, text]) => text!);
  return commandsOf(`\`\`\`sh\n${shown.join("\n")}\n\`\`\``);
}

/** The commands of a document's `sh` blocks, without comments. A command may have several lines. */
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
