import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/**
 * Reduces the columns of a table to its first principal components, uncentred: the products of the
 * rows with the first right singular vectors.
 * @param table float32 `[rows, from]` row-major
 * @returns float32 `[rows, to]`
 */
export function reduceDimensions(table: Float32Array, from: number, to: number): Float32Array {
  const rows = table.length / from;
  const products = new Float64Array(from * from);
  for (let row = 0; row < rows; row++) {
    const x = table.subarray(row * from, (row + 1) * from);
    for (let i = 0; i < from; i++) for (let j = 0; j < from; j++) products[i * from + j]! += x[i]! * x[j]!;
  }
  const square = Matrix.from1DArray(from, from, products);
  // The eigenvalues of a symmetric matrix are in ascending order, so the last columns are the first
  // components.
  const vectors = new EigenvalueDecomposition(square, {
    assumeSymmetric: true,
  }).eigenvectorMatrix.to1DArray();
  const reduced = new Float32Array(rows * to);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < to; k++) {
      let sum = 0;
      for (let i = 0; i < from; i++) sum += table[row * from + i]! * vectors[i * from + from - 1 - k]!;
      reduced[row * to + k] = sum;
    }
  }
  return reduced;
}
