import { type App, problemResponses } from "@undertone/base";
import Type from "typebox";
import { PROBLEMS, WRITE_PROBLEMS } from "../problems.ts";
import { type RouteContext, refuseWhenOverloaded } from "../route-context.ts";
import { closed, readQuery, UserParams } from "../schemas.ts";

const DeleteResult = Type.Object(
  { deleted: Type.Integer({ minimum: 0, description: "The number of items whose feedback was deleted." }) },
  closed,
);

export function deleteUserRoute(app: App, { recommender }: RouteContext): void {
  const schema = {
    tags: ["users"],
    summary: "Delete a user's feedback.",
    description: [
      "The feedback is deleted from the database and from the items' qualities at once. The",
      "neighbours follow with their next build.",
    ].join(" "),
    params: UserParams,
    response: {
      200: { ...DeleteResult, description: "The feedback is deleted, if there was any." },
      ...problemResponses(PROBLEMS, ["invalid_query", ...WRITE_PROBLEMS]),
    },
  };
  app.delete("/users/:id", { schema, validatorCompiler: readQuery }, async ({ params }) => {
    refuseWhenOverloaded(recommender);
    return { deleted: await recommender.deleteUser(params.id) };
  });
}
