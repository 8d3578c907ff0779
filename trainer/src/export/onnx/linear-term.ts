import { BIGRAM_FACTORS, NGRAM_SCALE, type NgramLayout, TRIGRAM_FACTORS } from "../../model/ngrams.ts";
import type { GraphBuilder } from "./graph.ts";

/**
 * Adds the linear term of each text (see model/ngrams.ts): the n-grams are hashed from `ids` in
 * int64, their weights are looked up and added where they lie within the text.
 *
 * @param weights words, bigrams, trigrams
 * @param scale what the term is multiplied by, beside its own factor
 * @returns name of float32 `[texts, 1]`
 */
export function addLinearTerm(
  g: GraphBuilder,
  weights: Float32Array,
  { words, bigrams }: NgramLayout,
  scale: number,
): string {
  const tables = [
    { name: "words", table: weights.subarray(0, words), factors: [1] },
    { name: "bigrams", table: weights.subarray(words, words + bigrams), factors: BIGRAM_FACTORS },
    { name: "trigrams", table: weights.subarray(words + bigrams), factors: TRIGRAM_FACTORS },
  ];
  const follow = followingIds(g);
  const column = g.node("Unsqueeze", "ngram.lengths", ["lengths", g.int64s("ngram.axis", [1], [1])]);
  const sums = tables.map(({ name, table, factors }, n) => {
    const products = factors.map((factor, k) =>
      factor === 1
        ? follow[k]!
        : g.node("Mul", `${name}.product.${k}`, [follow[k]!, g.int64s(`${name}.factor.${k}`, [], [factor])]),
    );
    const sum = products.reduce((a, b, k) => g.node("Add", `${name}.hash.${k}`, [a, b]));
    const place =
      n === 0 ? sum : g.node("Mod", `${name}.places`, [sum, g.int64s(`${name}.size`, [], [table.length])]);
    const found = g.float16Rows(name, [table.length], table, place);
    const count = g.node("Sub", `${name}.count`, [column, g.int32s(`${name}.shorter`, [], [n])]);
    const within = g.node("Less", `${name}.within`, [follow[3]!, count]);
    const kept = g.node("Where", `${name}.kept`, [
      within,
      found,
      g.floats(`${name}.zero`, [], Float32Array.of(0)),
    ]);
    return g.node("ReduceSum", `${name}.sum`, [kept, g.int64s(`${name}.axis`, [1], [1])], { keepdims: 1 });
  });
  const sum = g.node("Sum", "ngram.sum", sums);
  const root = g.node("Sqrt", "ngram.root", [g.toFloat("ngram.lengths.float", column)]);
  const factor = g.floats("ngram.scale", [], Float32Array.of(NGRAM_SCALE * scale));
  return g.node("Mul", "ngram.term", [sum, g.node("Div", "ngram.factor", [factor, root])]);
}

/**
 * The id at each place, the next one and the one after it: int64 `[texts, time]` each; then the
 * places, int32 `[1, time]`.
 */
function followingIds(g: GraphBuilder): string[] {
  const padded = g.node("Pad", "ngram.padded", ["ids", g.int64s("ngram.pads", [4], [0, 0, 0, 2])]);
  const ids = g.toInt64("ngram.ids", padded);
  const axis = g.int64s("ngram.time.axis", [1], [1]);
  const shifted = [0, 1, 2].map((by) => {
    const from = g.int64s(`ngram.from.${by}`, [1], [by]);
    const to = g.int64s(`ngram.to.${by}`, [1], [by === 2 ? Number.MAX_SAFE_INTEGER : by - 2]);
    return g.node("Slice", `ngram.ids.${by}`, [ids, from, to, axis]);
  });
  const shape = g.node("Shape", "ngram.shape", ["ids"]);
  const time = g.toInt32(
    "ngram.time",
    g.node("Gather", "ngram.width", [shape, g.int64s("ngram.second", [], [1])]),
  );
  const [zero, one] = [g.int32s("ngram.zero", [], [0]), g.int32s("ngram.one", [], [1])];
  const places = g.node("Range", "ngram.range", [zero, time, one]);
  return [...shifted, g.node("Reshape", "ngram.places", [places, g.int64s("ngram.row", [2], [1, -1])])];
}
