import { createHash, createPrivateKey, createPublicKey, type KeyObject, scryptSync, sign } from "node:crypto";
import { showKeyId } from "./minisign.ts";

const COMMENT = "untrusted comment: ";
/**
 * The offsets in a secret key file: after "Ed", the key derivation and "B2" come the salt, the two
 * limits of the derivation, and the secrets.
 */
const SALT = 6;
const OPERATIONS = SALT + 32;
const MEMORY = OPERATIONS + 8;
const SECRETS = MEMORY + 8;
/** Key id, seed and public key, checksum. */
const SECRETS_BYTES = 8 + 64 + 32;
const NOT_ENCRYPTED = "\0\0";
const SCRYPT = "Sc";
/** scrypt's block size, as libsodium fixes it. */
const BLOCK = 8;

/** A secret key. It is never written or printed. */
export interface SecretKey {
  id: Buffer;
  key: KeyObject;
  /** The public key in minisign's format, in base64. */
  publicKey: string;
}

/**
 * Reads the content of a secret key file of `minisign -G`, with or without a password.
 * @throws Error with one sentence, which has nothing of the file's content
 */
export function readSecretKey(file: string, password: string | undefined): SecretKey {
  const bytes = Buffer.from(file.split(/\r?\n/)[1] ?? "", "base64");
  const algorithms = bytes.toString("latin1", 0, SALT);
  const derivation = algorithms.slice(2, 4);
  if (
    bytes.length !== SECRETS + SECRETS_BYTES ||
    algorithms !== `Ed${derivation}B2` ||
    ![NOT_ENCRYPTED, SCRYPT].includes(derivation)
  )
    throw new Error("expected a secret key file of minisign, found another format");
  if (derivation === SCRYPT && password === undefined)
    throw new Error("the secret key is encrypted: a password is needed");
  const secrets = derivation === SCRYPT ? decrypt(bytes, password!) : bytes.subarray(SECRETS);
  const [id, seed, own] = [secrets.subarray(0, 8), secrets.subarray(8, 40), secrets.subarray(40, 72)];
  const jwk = { kty: "OKP", crv: "Ed25519", d: seed.toString("base64url"), x: own.toString("base64url") };
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  // The public key follows from the secret one, so this detects a wrong password, like the checksum.
  if (createPublicKey(key).export({ format: "jwk" }).x !== jwk.x)
    throw new Error("the secret key cannot be read: the password is wrong, or the file is damaged");
  const publicKey = Buffer.concat([Buffer.from("Ed"), id, own]).toString("base64");
  return { id: Buffer.from(id), key, publicKey };
}

/** The content of a `.minisig` file. `comment` is one line, and is signed too. */
export function signContent(content: Buffer, { id, key }: SecretKey, comment: string): string {
  const own = sign(null, createHash("blake2b512").update(content).digest(), key);
  const global = sign(null, Buffer.concat([own, Buffer.from(comment)]), key);
  return [
    `${COMMENT}signature by key ${showKeyId(id)}`,
    Buffer.concat([Buffer.from("ED"), id, own]).toString("base64"),
    `trusted comment: ${comment}`,
    global.toString("base64"),
    "",
  ].join("\n");
}

/** Decrypts the secrets: they are XORed with as many bytes of scrypt's output. */
function decrypt(bytes: Buffer, password: string): Buffer {
  const salt = bytes.subarray(SALT, OPERATIONS);
  const { N, p } = scryptParameters(
    Number(bytes.readBigUInt64LE(OPERATIONS)),
    Number(bytes.readBigUInt64LE(MEMORY)),
  );
  const options = { N, r: BLOCK, p, maxmem: 2 * 128 * N * BLOCK * p };
  const stream = scryptSync(password, salt, SECRETS_BYTES, options);
  return Buffer.from(bytes.subarray(SECRETS).map((byte, at) => byte ^ stream[at]!));
}

/** scrypt's parameters for libsodium's two limits, as crypto_pwhash_scryptsalsa208sha256 chooses them. */
function scryptParameters(operations: number, memory: number): { N: number; p: number } {
  const least = Math.max(32_768, operations);
  const byOperations = least < memory / 32;
  const most = byOperations ? least / (BLOCK * 4) : memory / (BLOCK * 128);
  let log = 1;
  while (log < 63 && 2 ** log <= most / 2) log += 1;
  const N = 2 ** log;
  const p = byOperations ? 1 : Math.floor(Math.min(0x3fffffff, Math.floor(least / 4 / N)) / BLOCK);
  return { N, p };
}
