import { fileURLToPath } from "node:url";
import { getFloat16 } from "@petamoriken/float16";
import protobuf from "protobufjs";
import type { Parameter } from "../../model/parameters.ts";
import { trainedLstmWeights } from "./lstm-weights.ts";

/** A trained network's arrays, as training goes on from them. */
export interface NetworkArrays {
  parameters: Float32Array;
  table: Float32Array;
  ngrams: Float32Array;
}

/**
 * Reads the arrays of a network with an ordinal output back from the graph that `exportOnnx` wrote.
 * @param list the arrays that the network has
 * @param temperature by which the graph's log-odds were divided
 * @throws Error when the graph has not these arrays, in these sizes
 */
export async function importOnnx(
  graph: Uint8Array,
  list: Parameter[],
  temperature: number,
): Promise<NetworkArrays> {
  const constants = await readConstants(graph);
  const read = (name: string, size?: number): Float32Array => {
    const values = constants.get(name);
    if (values && (size === undefined || values.length === size)) return values;
    throw new Error(`the graph's ${name} has ${values?.length ?? 0} numbers, expected ${size ?? "some"}`);
  };
  const last = list.at(-1)!;
  const parameters = new Float32Array(last.offset + last.size);
  for (const { name, offset, size } of list.filter((one) => !one.name.startsWith("lstm.")))
    parameters.set(
      read(name, size).map((value) => value * temperature),
      offset,
    );
  const layers = new Set(list.flatMap(({ name }) => /^lstm\.(\d+)\./.exec(name)?.[1] ?? []));
  for (const layer of layers) trainedLstmWeights(list, parameters, Number(layer), (n) => read(n));
  const tables = constants.has("words") ? ["words", "bigrams", "trigrams"].map((name) => read(name)) : [];
  const ngrams = new Float32Array(tables.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const table of tables) {
    ngrams.set(table, offset);
    offset += table.length;
  }
  return { parameters, table: read("embedding"), ngrams };
}

const FLOAT = 1;
const FLOAT16 = 10;

/** The graph's floating-point constants by name. */
async function readConstants(graph: Uint8Array): Promise<Map<string, Float32Array>> {
  const schema = fileURLToPath(new URL("./onnx.proto", import.meta.url));
  const Model = (await protobuf.load(schema)).lookupType("onnx.ModelProto");
  const { initializer } = Model.toObject(Model.decode(graph)).graph as {
    initializer: { name: string; dataType: number; rawData: Uint8Array }[];
  };
  return new Map(
    initializer.flatMap(({ name, dataType, rawData }) => {
      if (dataType !== FLOAT && dataType !== FLOAT16) return [];
      const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
      const width = dataType === FLOAT ? 4 : 2;
      const values = Float32Array.from({ length: rawData.byteLength / width }, (_, i) =>
        dataType === FLOAT ? view.getFloat32(4 * i, true) : getFloat16(view, 2 * i, true),
      );
      return [[name, values] as const];
    }),
  );
}
