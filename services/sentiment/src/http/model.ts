import { type App, closed, problemResponses } from "@undertone/base";
import Type from "typebox";
import { PROBLEMS } from "./errors.ts";
import type { RouteContext } from "./route-context.ts";
import { ModelName } from "./schemas.ts";

const Limit = (description: string) => Type.Integer({ minimum: 1, description });

const ModelResult = Type.Object(
  {
    ...ModelName.properties,
    labels: Type.Array(Type.String()),
    executionProvider: Type.Enum(["cpu", "cuda"], { description: "The execution provider in use." }),
    stars: Type.Optional(
      Type.Object(
        { lowest: Type.Number(), highest: Type.Number() },
        { ...closed, description: "The scale of `stars`. Absent if the model does not estimate them." },
      ),
    ),
    limits: Type.Object(
      {
        maximumLength: Limit("Maximum number of tokens that the model reads of a text. The rest is cut."),
        maxBodyBytes: Limit("Maximum size of a request body, in bytes."),
        maxTextLength: Limit("Maximum length of a text, in UTF-16 units."),
        maxBatchItems: Limit("Maximum number of items in a batch."),
        requestTimeoutMs: Limit("Time limit for a request, in milliseconds."),
      },
      closed,
    ),
    metrics: Type.Unknown({ description: "The metrics that the training run measured, per data set." }),
  },
  closed,
);

export function modelRoute(app: App, { scorer, config }: RouteContext): void {
  const schema = {
    tags: ["operation"],
    summary: "Get the model in use, the service's limits and the model's metrics.",
    response: {
      200: { ...ModelResult, description: "The model." },
      ...problemResponses(PROBLEMS, ["draining"]),
    },
  };
  const { maxBodyBytes, maxTextLength, maxBatchItems, requestTimeoutMs } = config;
  app.get("/model", { schema }, () => {
    const { name, version, labels, encoder, metrics, stars } = scorer.artifact.manifest;
    const { maximumLength } = encoder;
    return {
      name,
      version,
      labels: [...labels],
      executionProvider: scorer.opened.provider,
      ...(stars && { stars: { lowest: stars.values[0]!, highest: stars.values.at(-1)! } }),
      limits: { maximumLength, maxBodyBytes, maxTextLength, maxBatchItems, requestTimeoutMs },
      metrics,
    };
  });
}
