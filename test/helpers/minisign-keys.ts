import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { readSecretKey, SIGNATURE, signContent } from "@undertone/models";

/** A key pair in minisign's format, without a password, as `minisign -G -W` makes it. */
export function keyPair(): { publicKey: string; secretKeyFile: string } {
  const { d, x } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const [id, seed, own] = [randomBytes(8), Buffer.from(d!, "base64url"), Buffer.from(x!, "base64url")];
  const head = Buffer.concat([Buffer.from("Ed\0\0B2", "latin1"), Buffer.alloc(32 + 8 + 8)]);
  const secret = Buffer.concat([head, id, seed, own, Buffer.alloc(32)]).toString("base64");
  return {
    publicKey: Buffer.concat([Buffer.from("Ed"), id, own]).toString("base64"),
    secretKeyFile: `untrusted comment: minisign encrypted secret key\n${secret}\n`,
  };
}

/** Signs the manifest of a model's folder. */
export async function signModel(dir: string, secretKeyFile: string): Promise<void> {
  const manifest = await readFile(path.join(dir, "manifest.json"));
  const key = readSecretKey(secretKeyFile, undefined);
  await writeFile(path.join(dir, SIGNATURE), signContent(manifest, key, "tiny 1.0.0"));
}
