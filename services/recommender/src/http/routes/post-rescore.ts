import { type App, problemResponses } from "@undertone/base";
import Type from "typebox";
import { PROBLEMS, WRITE_PROBLEMS } from "../problems.ts";
import { type RouteContext, refuseWhenOverloaded } from "../route-context.ts";
import { closed } from "../schemas.ts";

const RescoreResult = Type.Object(
  { unscored: Type.Integer({ minimum: 0, description: "The number of texts that are still to be scored." }) },
  closed,
);

export function postRescoreRoute(app: App, { recommender }: RouteContext): void {
  const schema = {
    tags: ["operation"],
    summary: "Score all texts again, for example after a new model was loaded.",
    description: [
      "The old scores count until the new ones arrive. The metric `recommender_unscored_texts`",
      "shows the progress.",
    ].join(" "),
    response: {
      202: { ...RescoreResult, description: "The texts are being scored." },
      ...problemResponses(PROBLEMS, WRITE_PROBLEMS),
    },
  };
  app.post("/rescore", { schema }, async (_request, reply) => {
    refuseWhenOverloaded(recommender);
    const unscored = await recommender.rescore();
    return reply.code(202).send({ unscored });
  });
}
