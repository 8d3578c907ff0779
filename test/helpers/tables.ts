import { openTable, type Table, type TableOptions, type TableRecord } from "@undertone/tables";

/** Divides bytes into pieces of a size, as a disk or a socket does. */
export async function* pieces(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function readAll(
  input: string | Uint8Array,
  options: TableOptions = {},
  pieceSize?: number,
): Promise<{ table: Table; records: TableRecord[] }> {
  const table = await openTable(pieces(Buffer.from(input as string), pieceSize), options);
  const records: TableRecord[] = [];
  for await (const batch of table.records()) records.push(...batch);
  return { table, records };
}

/**
 * A zstd frame of uncompressed blocks, because Node.js 20 cannot compress with zstd.
 */
export function zstdStored(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(bytes.length);
  const blocks: Buffer[] = [];
  const block = (part: Buffer, last: boolean) => {
    const head = Buffer.alloc(3);
    head.writeUIntLE(part.length * 8 + (last ? 1 : 0), 0, 3);
    blocks.push(head, part);
  };
  for (let at = 0; at < bytes.length; at += 65_536) block(bytes.subarray(at, at + 65_536), false);
  block(Buffer.alloc(0), true);
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0]), size, ...blocks]);
}
