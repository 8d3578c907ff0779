import { type App, problemResponses } from "@undertone/base";
import Type from "typebox";
import { type RouteContext, refuseWhenOverloaded } from "../door.ts";
import { PROBLEMS, WRITE_PROBLEMS } from "../errors.ts";
import { closed } from "../schemas.ts";

const RescoreResult = Type.Object(
  { unscored: Type.Integer({ minimum: 0, description: "Texts that wait to be scored now." }) },
  closed,
);

export function rescoreRoute(app: App, { recommender }: RouteContext): void {
  const schema = {
    tags: ["operation"],
    summary: "Score all texts again, after the sentiment service got a new model.",
    description:
      "Old scores count until the new ones are there. `recommender_unscored_texts` in /metrics tells the progress.",
    response: {
      202: { ...RescoreResult, description: "Begun." },
      ...problemResponses(PROBLEMS, WRITE_PROBLEMS),
    },
  };
  app.post("/rescore", { schema }, async (_request, reply) => {
    refuseWhenOverloaded(recommender);
    const unscored = await recommender.rescore();
    return reply.code(202).send({ unscored });
  });
}
