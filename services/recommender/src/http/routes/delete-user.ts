import { type App, problemResponses } from "@undertone/base";
import Type from "typebox";
import { PROBLEMS, WRITE_PROBLEMS } from "../problems.ts";
import { type RouteContext, refuseWhenOverloaded } from "../route-context.ts";
import { closed, readQuery, UserParams } from "../schemas.ts";

const DeleteResult = Type.Object(
  { deleted: Type.Integer({ minimum: 0, description: "The number of deleted rows of feedback." }) },
  closed,
);

export function deleteUserRoute(app: App, { recommender }: RouteContext): void {
  const schema = {
    tags: ["users"],
    summary: "Delete a user's feedback.",
    description:
      "The rows leave the database and the qualities at once, and the neighbours with their next build.",
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
