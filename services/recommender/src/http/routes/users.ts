import { type App, problemResponses } from "@undertone/base";
import Type from "typebox";
import { type RouteContext, refuseWhenOverloaded } from "../door.ts";
import { PROBLEMS, WRITE_PROBLEMS } from "../errors.ts";
import { closed } from "../schemas.ts";

const DeleteResult = Type.Object(
  { deleted: Type.Integer({ minimum: 0, description: "Rows of feedback that were theirs." }) },
  closed,
);

export function deleteUserRoute(app: App, { recommender }: RouteContext): void {
  const schema = {
    tags: ["users"],
    summary: "Delete everything of a user.",
    description: "Gone at once from storage and quality; from the neighbours at their next build.",
    params: Type.Object({ id: Type.String() }),
    response: {
      200: { ...DeleteResult, description: "Gone; also where there was nothing." },
      ...problemResponses(PROBLEMS, WRITE_PROBLEMS),
    },
  };
  app.delete("/users/:id", { schema }, async (request) => {
    refuseWhenOverloaded(recommender);
    return { deleted: await recommender.deleteUser(request.params.id) };
  });
}
