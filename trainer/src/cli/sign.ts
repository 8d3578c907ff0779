import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { readArtifact, readSecretKey, SIGNATURE, signContent } from "@undertone/models";
import { Command } from "commander";
import { runCommand } from "./command-line.ts";

interface Flags {
  model: string;
  secretKeyFile: string;
  passwordFile?: string;
}

const flags = new Command("npm run sign -w trainer --")
  .description("Signs a model with a key of minisign, so that a service with MODEL_PUBLIC_KEY takes it.")
  .requiredOption("--model <dir>", "The model's folder.")
  .requiredOption("--secret-key-file <file>", "A secret key of minisign (minisign -G).")
  .option("--password-file <file>", "A file whose first line is the password of the key, if it has one.")
  .parse()
  .opts<Flags>();

await runCommand("sign", async () => {
  // Only a model that a service would load is signed.
  const { manifest } = await readArtifact(flags.model);
  const password =
    flags.passwordFile === undefined ? undefined : firstLine(await readFile(flags.passwordFile, "utf8"));
  const key = readSecretKey(await readFile(flags.secretKeyFile, "utf8"), password);
  const content = await readFile(path.join(flags.model, "manifest.json"));
  const file = path.join(flags.model, SIGNATURE);
  const comment = `${manifest.name} ${manifest.version}, signed ${new Date().toISOString()}`;
  await writeFile(`${file}.new`, signContent(content, key, comment));
  await rename(`${file}.new`, file); // a service that reloads meanwhile finds a whole file
  await readArtifact(flags.model, { publicKeys: [key.publicKey] });
  console.log(`Signed ${manifest.name} ${manifest.version}: ${file}`);
  console.log(`MODEL_PUBLIC_KEY=${key.publicKey}`);
});

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0]!;
}
