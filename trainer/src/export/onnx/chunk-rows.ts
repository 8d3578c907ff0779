import type { GraphBuilder } from "./graph.ts";

/** Names of a graph's values: the rows that the LSTM reads, and how they belong to the texts. */
export interface ChunkRows {
  /** int32 `[texts * chunks, time]` */
  ids: string;
  /** int32 `[texts * chunks]` */
  lengths: string;
  /** int64 `[1]`: chunks per text; nothing where a text is one row. */
  chunks?: string;
}

/**
 * Cuts `ids` `[texts, time]` by `lengths` `[texts]` into chunks as `chunkGrid` does: as few as
 * possible of at most `limit` ids, equally long but for the last. Places that a text does not use
 * have length 0.
 */
export function addChunks(g: GraphBuilder, limit: number): ChunkRows {
  const one = g.int32s("chunk.one", [], [1]);
  const most = g.int32s("chunk.limit", [], [limit]);
  const roundedUp = (name: string, value: string, by: string) => {
    const less = g.node("Sub", `${name}.less`, [by, one]);
    return g.node("Div", name, [g.node("Add", `${name}.sum`, [value, less]), by]);
  };
  const counts = roundedUp("chunk.counts", "lengths", most); // [texts]
  const sizes = roundedUp("chunk.sizes", "lengths", counts); // [texts]
  const largest = (name: string, values: string) =>
    g.node("ReduceMax", name, [values], { axes: [0], keepdims: 0 });
  const range = (name: string, count: string, shape: number[]) => {
    const numbers = g.node("Range", `${name}.range`, [g.int32s(`${name}.zero`, [], [0]), count, one]);
    return g.node("Reshape", name, [numbers, g.int64s(`${name}.shape`, [shape.length], shape)]);
  };
  const chunks = largest("chunk.chunks", counts);
  const time = largest("chunk.time", sizes);
  const column = (name: string, values: string) =>
    g.node("Reshape", name, [values, g.int64s(`${name}.shape`, [3], [-1, 1, 1])]);
  const size = column("chunk.size", sizes);
  const starts = g.node("Mul", "chunk.starts", [range("chunk.index", chunks, [1, -1, 1]), size]); // [texts, chunks, 1]
  const places = g.node("Add", "chunk.places", [starts, range("chunk.step", time, [1, 1, -1])]);

  const left = g.node("Sub", "chunk.left", [column("chunk.length", "lengths"), starts]);
  const atMost = g.node("Min", "chunk.at.most", [left, size]);
  const atLeast = g.node("Max", "chunk.at.least", [atMost, g.int32s("chunk.none", [], [0])]);
  const flat = g.int64s("chunk.flat", [1], [-1]);
  const lengths = g.node("Reshape", "chunk.lengths", [atLeast, flat]);

  const shape = g.node("Shape", "ids.shape", ["ids"]);
  const width = g.toInt32("ids.time", g.node("Gather", "ids.width", [shape, g.int64s("second", [], [1])]));
  const last = g.node("Sub", "ids.last", [width, one]);
  const within = g.node("Min", "chunk.within", [places, last]); // what lies after a chunk's end is never read
  const perText = g.int64s("chunk.per.text", [2], [0, -1]);
  const indices = g.node("Reshape", "chunk.indices", [within, perText]);
  const found = g.node("GatherElements", "chunk.found", ["ids", indices], { axis: 1 });
  const rowShape = g.node(
    "Concat",
    "chunk.row.shape",
    [flat, g.node("Reshape", "chunk.time.row", [g.toInt64("chunk.time.int64", time), flat])],
    { axis: 0 },
  );
  return {
    ids: g.node("Reshape", "chunk.ids", [found, rowShape]),
    lengths,
    chunks: g.node("Reshape", "chunk.chunks.row", [g.toInt64("chunk.chunks.int64", chunks), flat]),
  };
}

/** Every text is one row. */
export const WHOLE_TEXTS: ChunkRows = { ids: "ids", lengths: "lengths" };
