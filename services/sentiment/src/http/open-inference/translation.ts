import { isUtf8 } from "node:buffer";
import { checkUtf8, describeFaults, Problem, parseJson } from "@undertone/base";
import Type, { type Static } from "typebox";
import { Compile } from "typebox/compile";
import type { Refusal } from "../../scoring/refusal.ts";
import type { Score } from "../../scoring/score.ts";
import type { ItemFault } from "../items.ts";
import { MAX_ID_LENGTH } from "../schemas.ts";

export const OUTPUTS = {
  label: "BYTES",
  score: "FP32",
  truncated: "BOOL",
  error: "BYTES",
  warnings: "BYTES",
} as const;
type Output = keyof typeof OUTPUTS;

const Parameters = Type.Optional(Type.Record(Type.String(), Type.Unknown()));

/** The request of the Open Inference Protocol v2. Members of other names are ignored. */
export const InferBody = Type.Object({
  id: Type.Optional(Type.String({ maxLength: MAX_ID_LENGTH })),
  parameters: Parameters,
  inputs: Type.Array(
    Type.Object({
      name: Type.Literal("text"),
      parameters: Parameters,
      datatype: Type.Literal("BYTES"),
      shape: Type.Array(Type.Integer({ minimum: 1 }), {
        minItems: 1,
        maxItems: 2,
        description: "`[N]` or `[N, 1]` for N texts.",
      }),
      data: Type.Optional(
        Type.Array(
          Type.Unknown({
            description: "A string, or a list of one string. Any other element gets its own error.",
          }),
        ),
      ),
    }),
    { minItems: 1, maxItems: 1 },
  ),
  outputs: Type.Optional(
    Type.Array(Type.Object({ name: Type.Enum(Object.keys(OUTPUTS) as Output[]), parameters: Parameters }), {
      maxItems: Object.keys(OUTPUTS).length,
      description: "The outputs to return, each at most once. If absent, all are returned.",
    }),
  ),
});
type InferBody = Static<typeof InferBody>;
const infer = Compile(InferBody);

const fault = (detail: string) => new Problem("invalid_body", detail);

/**
 * Reads a request from a body: JSON, or `headerLength` bytes of JSON followed by binary tensors.
 */
export function readInfer(body: Buffer, headerLength: number | undefined) {
  const json = body.subarray(0, headerLength);
  checkUtf8(json);
  const value = parseJson(json.toString());
  if (!infer.Check(value)) {
    throw fault(`${describeFaults(infer.Errors(value), value, InferBody, "the request")}.`);
  }
  const names = value.outputs?.map(({ name }) => name) ?? [];
  if (new Set(names).size < names.length) throw fault("outputs: expected each name once, got a name twice.");
  const { shape, data, parameters } = value.inputs[0]!;
  const tail = headerLength === undefined ? Buffer.alloc(0) : body.subarray(headerLength);
  const size = parameters?.binary_data_size;
  if (tail.length !== (size ?? 0))
    throw fault(
      `binary_data_size: expected ${tail.length}, the bytes after the JSON, got ${Number(size ?? 0)}.`,
    );
  const texts = size === undefined ? (data ?? []).flat().map(asText) : readBytes(tail);
  if (shape[0] !== texts.length || (shape[1] ?? 1) !== 1)
    throw fault(`inputs[0].shape: expected [${texts.length}] or [${texts.length}, 1], got [${shape}].`);
  return { request: value, texts };
}

/** An element that is not a text gets an error of its own. */
const asText = (element: unknown) => (typeof element === "string" ? element : undefined);

/**
 * Reads BYTES elements: a little-endian uint32 with the length, then that many bytes of UTF-8. An
 * element that is not UTF-8 becomes undefined.
 */
function readBytes(data: Buffer): (string | undefined)[] {
  const texts: (string | undefined)[] = [];
  for (let at = 0; at < data.length; ) {
    const end = at + 4 <= data.length ? at + 4 + data.readUInt32LE(at) : Number.POSITIVE_INFINITY;
    if (end > data.length) throw fault("The binary tensor ends within an element.");
    const text = data.subarray(at + 4, end);
    texts.push(isUtf8(text) ? text.toString() : undefined);
    at = end;
  }
  return texts;
}

/**
 * The answer: JSON, followed by binary tensors if the client asks for them. `headerLength` is the
 * JSON's.
 */
export function writeInfer(
  request: InferBody,
  outcomes: (Score | Refusal | ItemFault)[],
  model: { name: string; version: string },
) {
  const binaryDefault = request.parameters?.binary_data_output === true;
  const wanted =
    request.outputs ??
    Object.keys(OUTPUTS).map((name) => ({ name }) as { name: Output; parameters?: Record<string, unknown> });
  const tail: Buffer[] = [];
  const outputs = wanted.map(({ name, parameters }) => {
    const values = outcomes.map((outcome) => outputOf(name, outcome));
    const head = { name, datatype: OUTPUTS[name], shape: request.inputs[0]!.shape };
    // JSON has no NaN, so the score of a refused text is null.
    if (!((parameters?.binary_data as boolean | undefined) ?? binaryDefault))
      return { ...head, data: values };
    const bytes = Buffer.concat(values.map(toBytes));
    tail.push(bytes);
    return { ...head, parameters: { binary_data_size: bytes.length } };
  });
  const id = request.id === undefined ? {} : { id: request.id };
  const json = Buffer.from(
    JSON.stringify({ model_name: model.name, model_version: model.version, ...id, outputs }),
  );
  return { body: Buffer.concat([json, ...tail]), headerLength: tail.length === 0 ? undefined : json.length };
}

function outputOf(name: Output, outcome: Score | Refusal | ItemFault): string | number | boolean | null {
  const refused = "code" in outcome;
  switch (name) {
    case "label":
      return refused ? "" : outcome.label;
    case "score":
      return refused ? null : outcome.score;
    case "truncated":
      return !refused && outcome.truncated;
    case "error":
      return refused ? outcome.code : "";
    case "warnings":
      return refused ? "" : (outcome.warnings?.join(" ") ?? "");
  }
}

function toBytes(value: string | number | boolean | null): Buffer {
  if (typeof value === "boolean") return Buffer.of(Number(value));
  if (typeof value !== "string") return Buffer.from(Float32Array.of(value ?? Number.NaN).buffer);
  const text = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text]);
}
