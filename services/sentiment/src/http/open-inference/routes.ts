import type { App } from "@undertone/base";
import { toProblem } from "../errors.ts";
import type { RouteContext } from "../route-context.ts";
import { inferRoute } from "./infer.ts";
import { answerErrors, checkModel, readBodies, schemaOf } from "./protocol.ts";
import { Statistics } from "./statistics.ts";
import { OUTPUTS } from "./translation.ts";

const INPUT = { name: "text", datatype: "BYTES", shape: [-1] };
const PLATFORM = "onnxruntime_onnx";
/** The names of the datatypes in Triton's model configuration. */
const TRITON_TYPES = { BYTES: "TYPE_STRING", FP32: "TYPE_FP32", BOOL: "TYPE_BOOL" };

/** The Open Inference Protocol v2 as KServe and Triton use it, with the binary tensor extension. */
export async function inferenceRoutes(app: App, context: RouteContext): Promise<void> {
  const { scorer, config } = context;
  const statistics = new Statistics();
  const ready = () => {
    if (scorer.refusal !== undefined) throw toProblem(scorer.refusal);
  };
  await app.register(async (scope: App) => {
    readBodies(scope, config.maxBodyBytes);
    answerErrors(scope);
    scope.get("/v2", { schema: schemaOf("Get the server's metadata.") }, async () => ({
      name: "undertone",
      version: "1.0.0",
      extensions: ["binary_tensor_data", "model_configuration", "statistics"],
    }));
    const live = { schema: schemaOf("Check whether the process is alive.") };
    scope.get("/v2/health/live", live, async () => ({ live: true }));
    const accepts = { schema: schemaOf("Check whether the service accepts work now.") };
    scope.get("/v2/health/ready", accepts, async () => {
      ready();
      return { ready: true };
    });
    for (const base of ["/v2/models/:m", "/v2/models/:m/versions/:v"]) {
      modelRoutes(scope, base, context, { ready, statistics });
      inferRoute(scope, base, context, statistics);
    }
  });
}

/** The routes that describe a model, below `base`. */
function modelRoutes(
  scope: App,
  base: string,
  { model }: RouteContext,
  { ready, statistics }: { ready: () => void; statistics: Statistics },
): void {
  const get = (path: string, summary: string, answer: () => unknown) =>
    scope.get(`${base}${path}`, { schema: schemaOf(summary) }, async (request) => {
      checkModel(request, model());
      return answer();
    });
  const outputs = Object.entries(OUTPUTS);
  get("", "Get the model's metadata: its inputs and outputs.", () => {
    const { name, version } = model();
    return {
      name,
      versions: [version],
      platform: PLATFORM,
      inputs: [INPUT],
      outputs: outputs.map(([name, datatype]) => ({ name, datatype, shape: [-1] })),
    };
  });
  get("/ready", "Check whether the model accepts work now.", () => {
    ready();
    return { name: model().name, ready: true };
  });
  get("/config", "Get the model's configuration in Triton's format.", () => ({
    name: model().name,
    platform: PLATFORM,
    max_batch_size: 0, // the first dimension of the tensors is the batch
    input: [{ name: INPUT.name, data_type: TRITON_TYPES.BYTES, dims: [-1] }],
    output: outputs.map(([name, datatype]) => ({ name, data_type: TRITON_TYPES[datatype], dims: [-1] })),
  }));
  get("/stats", "Get the model's statistics, with times in nanoseconds.", () => ({
    model_stats: [{ ...model(), ...statistics.toJSON() }],
  }));
}
