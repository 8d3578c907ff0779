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
        maximumLength: Limit("Tokens the model reads of a text; the rest is cut."),
        maxBodyBytes: Limit("The largest body, in bytes."),
        maxTextLength: Limit("The longest text, in UTF-16 units."),
        maxBatchItems: Limit("The most items of one batch request."),
        requestTimeoutMs: Limit("How long a request may take, in milliseconds."),
      },
      closed,
    ),
    metrics: Type.Unknown({ description: "The model's figures from its training run, per data set." }),
  },
  closed,
);

export function modelRoute(app: App, { scorer, config }: RouteContext): void {
  const schema = {
    tags: ["operation"],
    summary: "The model in use, its limits and its measured quality.",
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
