/**
 * A batch of ids as one tensor: `ids` int32 `[batch, time]`, row-major, zero-padded to the longest
 * row, and `lengths` int32 `[batch]`.
 */
export interface Padded {
  ids: Int32Array;
  lengths: Int32Array;
  batch: number;
  time: number;
}

/** Pads rows to one tensor. @throws RangeError if a row has no ids, because it cannot be scored */
export function pad(rows: readonly Int32Array[]): Padded {
  const time = rows.reduce((longest, row) => Math.max(longest, row.length), 0);
  const ids = new Int32Array(rows.length * time);
  const lengths = new Int32Array(rows.length);
  for (const [i, row] of rows.entries()) {
    if (row.length === 0) throw new RangeError(`row ${i}: at least one id is expected, found none`);
    ids.set(row, i * time);
    lengths[i] = row.length;
  }
  return { ids, lengths, batch: rows.length, time };
}
