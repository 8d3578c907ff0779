const MASK = 0xffff_ffff_ffff_ffffn;
const P1 = 0x9e37_79b1_85eb_ca87n;
const P2 = 0xc2b2_ae3d_27d4_eb4fn;
const P3 = 0x1656_67b1_9e37_79f9n;
const P4 = 0x85eb_ca77_c2b2_ae63n;
const P5 = 0x27d4_eb2f_1656_67c5n;
const STRIPE = 32;

const rotate = (value: bigint, bits: bigint) => ((value << bits) | (value >> (64n - bits))) & MASK;
const round = (lane: bigint, word: bigint) => (rotate((lane + word * P2) & MASK, 31n) * P1) & MASK;

/**
 * XXH64 with seed 0, which a frame of zstd ends with (RFC 8878, section 3.1.1). fzstd does not look
 * at it, and Node.js has no zstd of its own before version 22.15.
 */
export class XxHash64 {
  readonly #lanes = [(P1 + P2) & MASK, P2, 0n, -P1 & MASK];
  #rest: Buffer = Buffer.alloc(0);
  #length = 0;

  update(bytes: Buffer): void {
    this.#length += bytes.length;
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const end = all.length - (all.length % STRIPE);
    for (let at = 0; at < end; at += STRIPE)
      for (let lane = 0; lane < 4; lane++)
        this.#lanes[lane] = round(this.#lanes[lane]!, all.readBigUInt64LE(at + lane * 8));
    this.#rest = Buffer.from(all.subarray(end));
  }

  /** The lower half, which is what zstd writes. */
  digest32(): number {
    const [a, b, c, d] = this.#lanes as [bigint, bigint, bigint, bigint];
    let hash = P5;
    if (this.#length >= STRIPE) {
      hash = (rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n)) & MASK;
      for (const lane of this.#lanes) hash = ((hash ^ round(0n, lane)) * P1 + P4) & MASK;
    }
    hash = (hash + BigInt(this.#length)) & MASK;
    const rest = this.#rest;
    let at = 0;
    for (; at + 8 <= rest.length; at += 8)
      hash = (rotate(hash ^ round(0n, rest.readBigUInt64LE(at)), 27n) * P1 + P4) & MASK;
    if (at + 4 <= rest.length) {
      hash = (rotate(hash ^ ((BigInt(rest.readUInt32LE(at)) * P1) & MASK), 23n) * P2 + P3) & MASK;
      at += 4;
    }
    for (; at < rest.length; at++) hash = (rotate(hash ^ ((BigInt(rest[at]!) * P5) & MASK), 11n) * P1) & MASK;
    hash = ((hash ^ (hash >> 33n)) * P2) & MASK;
    hash = ((hash ^ (hash >> 29n)) * P3) & MASK;
    return Number((hash ^ (hash >> 32n)) & 0xffff_ffffn);
  }
}
