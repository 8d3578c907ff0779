import { createHash, createPublicKey, verify } from "node:crypto";

/**
 * minisign's formats (https://jedisct1.github.io/minisign/), with Node.js' own Ed25519 and BLAKE2b:
 *
 *   public key   "Ed", key id (8 bytes), Ed25519 key (32)
 *   signature    "ED" over the file's BLAKE2b-512 hash ("Ed", older: over the file), key id (8), signature (64)
 *   global       Ed25519 over that signature and the trusted comment (64)
 *
 * There is no maintained npm package for these formats. Sigstore has one, but it needs its servers or
 * their keys at every start.
 */
const KEY_ID_BYTES = 8;
const HEAD_BYTES = 2 + KEY_ID_BYTES;
const PUBLIC_KEY_BYTES = HEAD_BYTES + 32;
const SIGNATURE_BYTES = HEAD_BYTES + 64;
const GLOBAL_BYTES = 64;
const COMMENT = "untrusted comment: ";
const TRUSTED = "trusted comment: ";

/**
 * What is wrong with a signature, as the end of "expected a signature ..., found"; undefined if one of
 * the keys made it for exactly this content.
 */
export function signatureFault(
  content: Buffer,
  signature: string,
  publicKeys: readonly string[],
): string | undefined {
  const lines = signature.split(/\r?\n/);
  const [untrusted = "", encoded = "", trusted = "", encodedGlobal = ""] = lines;
  const own = Buffer.from(encoded, "base64");
  const global = Buffer.from(encodedGlobal, "base64");
  const algorithm = own.toString("latin1", 0, 2);
  if (
    !untrusted.startsWith(COMMENT) ||
    !trusted.startsWith(TRUSTED) ||
    own.length !== SIGNATURE_BYTES ||
    global.length !== GLOBAL_BYTES ||
    !["ED", "Ed"].includes(algorithm)
  )
    return "a file of another format";
  const id = own.subarray(2, HEAD_BYTES);
  const key = publicKeys.map(readPublicKey).find((one) => one.id.equals(id));
  if (key === undefined) return `one by key ${showKeyId(id)}`;
  const signed = algorithm === "ED" ? createHash("blake2b512").update(content).digest() : content;
  const bytes = own.subarray(HEAD_BYTES);
  if (!verify(null, signed, key.key, bytes)) return "one of another content";
  const comment = Buffer.from(trusted.slice(TRUSTED.length));
  if (!verify(null, Buffer.concat([bytes, comment]), key.key, global))
    return "one with another trusted comment";
  return undefined;
}

/** A key id as minisign shows it, such as `D76A8E70945A6D06`. */
export function showKeyId(id: Buffer): string {
  return Buffer.from(id).reverse().toString("hex").toUpperCase();
}

/** The id of a public key in base64. @throws Error if it is not a public key of minisign */
export function keyIdOf(publicKey: string): string {
  return showKeyId(readPublicKey(publicKey).id);
}

function readPublicKey(encoded: string) {
  const bytes = Buffer.from(encoded, "base64");
  if (bytes.length !== PUBLIC_KEY_BYTES) throw new Error("expected a public key of minisign");
  const x = bytes.subarray(HEAD_BYTES).toString("base64url");
  return {
    id: bytes.subarray(2, HEAD_BYTES),
    key: createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }),
  };
}
