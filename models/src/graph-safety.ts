import protobuf from "protobufjs/minimal.js";

/**
 * The operator domains that ONNX Runtime implements itself: those of ONNX, and Microsoft's for
 * quantized graphs.
 */
const DOMAINS = new Set(["", "ai.onnx", "com.microsoft"]);
/** The maximum depth of graphs within graphs (the branches of If, the body of Loop). */
const MAX_DEPTH = 16;
const BYTES = 2; // the wire type of texts, messages and packed lists

type Fault = string | undefined;
type Message = "model" | "graph" | "node" | "attribute" | "tensor" | "sparse" | "opset";

/**
 * The field numbers of onnx.proto that lead to tensors, operators and operator domains.
 */
const FIELDS: Record<Message, Record<number, Message>> = {
  model: { 7: "graph", 8: "opset" },
  graph: { 1: "node", 5: "tensor", 15: "sparse" },
  node: { 5: "attribute" },
  attribute: { 5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse" },
  sparse: { 1: "tensor", 2: "tensor" },
  tensor: {},
  opset: {},
};
/** The field numbers of operator domains. */
const DOMAIN_FIELDS: Partial<Record<Message, number>> = { node: 7, opset: 1 };
/**
 * The fields that a graph must not have: functions of the model itself, and tensors whose data are in
 * another file.
 */
const REFUSED: Partial<Record<Message, Record<number, string>>> = {
  model: { 25: "functions of its own" },
  tensor: { 13: "data outside the file", 14: "data outside the file" },
};

/**
 * The reason why an ONNX file must not be given to the runtime: it refers to other files, has
 * functions, or uses operators that are not the runtime's. Undefined if it is safe.
 */
export function unsafeGraph(bytes: Uint8Array): string | undefined {
  try {
    return visit(protobuf.Reader.create(bytes), bytes.length, "model", 0);
  } catch {
    return "no ONNX file";
  }
}

function visit(reader: protobuf.Reader, end: number, message: Message, depth: number): Fault {
  if (depth > MAX_DEPTH * 3) return "graphs that are nested too deep";
  while (reader.pos < end) {
    const tag = reader.uint32();
    const [field, wire] = [tag >>> 3, tag & 7];
    if (field === 14 && message === "tensor" && wire === 0) {
      if (reader.uint32() !== 0) return REFUSED.tensor![14];
      continue;
    }
    const refused = REFUSED[message]?.[field];
    if (refused !== undefined) return refused;
    if (wire === BYTES && field === DOMAIN_FIELDS[message]) {
      const domain = reader.string();
      if (!DOMAINS.has(domain)) return `operators of ${JSON.stringify(domain.slice(0, 60))}`;
      continue;
    }
    const inner = wire === BYTES ? FIELDS[message][field] : undefined;
    if (inner === undefined) {
      reader.skipType(wire);
      continue;
    }
    const length = reader.uint32();
    const fault = visit(reader, reader.pos + length, inner, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
