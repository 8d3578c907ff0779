import { fileURLToPath } from "node:url";
import { setFloat16 } from "@petamoriken/float16";
import protobuf from "protobufjs";

const FLOAT = 1;
const INT32 = 6;
const INT64 = 7;
const FLOAT16 = 10;
const ATTRIBUTE = { int: 2, string: 3, ints: 7 } as const;
const IR_VERSION = 8;
const OPSET = 17;

type Dimension = number | string;

/** Gathers nodes and constants, and writes them as one ONNX model (opset 17, IR version 8). */
export class GraphBuilder {
  readonly #nodes: object[] = [];
  readonly #initializers = new Map<string, { rawData: Buffer }>();
  readonly #inputs: object[] = [];
  readonly #outputs: object[] = [];
  readonly #domains = new Set([""]);

  /**
   * Adds an operation; returns its outputs' names (`name`, or `name.0`, `name.1`, ... where there
   * are several).
   */
  node(
    op: string,
    name: string,
    inputs: string[],
    attributes: Record<string, number | string | number[]> = {},
  ): string {
    this.nodeWithOutputs(op, name, inputs, [name], attributes);
    return name;
  }

  nodeWithOutputs(
    op: string,
    name: string,
    inputs: string[],
    outputs: string[],
    attributes: Record<string, number | string | number[]> = {},
    domain = "",
  ): void {
    this.#domains.add(domain);
    const attribute = Object.entries(attributes).map(([key, value]) => {
      if (typeof value === "number") return { name: key, i: value, type: ATTRIBUTE.int };
      if (typeof value === "string") return { name: key, s: Buffer.from(value), type: ATTRIBUTE.string };
      return { name: key, ints: value, type: ATTRIBUTE.ints };
    });
    this.#nodes.push({ opType: op, domain, name, input: inputs, output: outputs, attribute });
  }

  floats(name: string, dims: number[], values: Float32Array): string {
    return this.#constant(name, dims, FLOAT, values);
  }

  /**
   * Constants that are kept as float16, and what the rest of the graph reads: rows of it as
   * float32.
   */
  float16Rows(name: string, dims: number[], values: Float32Array, rows: string): string {
    const halves = new DataView(new ArrayBuffer(2 * values.length));
    for (const [i, value] of values.entries()) setFloat16(halves, 2 * i, value, true);
    this.#constant(name, dims, FLOAT16, halves);
    return this.toFloat(`${name}.rows`, this.node("Gather", `${name}.float16`, [name, rows]));
  }

  toFloat(name: string, input: string): string {
    return this.node("Cast", name, [input], { to: FLOAT });
  }

  toInt64(name: string, input: string): string {
    return this.node("Cast", name, [input], { to: INT64 });
  }

  toInt32(name: string, input: string): string {
    return this.node("Cast", name, [input], { to: INT32 });
  }

  int32s(name: string, dims: number[], values: number[]): string {
    return this.#constant(name, dims, INT32, Int32Array.from(values));
  }

  int64s(name: string, dims: number[], values: number[]): string {
    return this.#constant(name, dims, INT64, BigInt64Array.from(values, BigInt));
  }

  #constant(name: string, dims: number[], dataType: number, values: ArrayBufferView): string {
    const constant = { name, dims, dataType, rawData: bytesOf(values) };
    this.#initializers.set(name, constant);
    return name;
  }

  /** Gives a constant of {@link floats} other values of the same shape. */
  setFloats(name: string, values: Float32Array): void {
    this.#initializers.get(name)!.rawData = bytesOf(values);
  }

  int32Input(name: string, shape: Dimension[]): string {
    this.#inputs.push(valueInfo(name, INT32, shape));
    return name;
  }

  floatOutput(name: string, shape: Dimension[]): void {
    this.#outputs.push(valueInfo(name, FLOAT, shape));
  }

  /** The model's bytes; the same graph gives the same bytes. */
  async serialize(producerVersion: string): Promise<Uint8Array> {
    const schema = fileURLToPath(new URL("./onnx.proto", import.meta.url));
    const Model = (await protobuf.load(schema)).lookupType("onnx.ModelProto");
    const graph = {
      name: "undertone",
      node: this.#nodes,
      initializer: [...this.#initializers.values()],
      input: this.#inputs,
      output: this.#outputs,
    };
    const opsetImport = [...this.#domains].map((domain) => ({ domain, version: domain === "" ? OPSET : 1 }));
    const model = { irVersion: IR_VERSION, producerName: "undertone", producerVersion, graph, opsetImport };
    return Model.encode(Model.fromObject(model)).finish();
  }
}

const bytesOf = (values: ArrayBufferView) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

function valueInfo(name: string, elemType: number, shape: Dimension[]): object {
  const dim = shape.map((d) => (typeof d === "string" ? { dimParam: d } : { dimValue: d }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
