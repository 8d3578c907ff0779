import { type App, problemResponses } from "@undertone/base";
import Type from "typebox";
import { PROBLEMS, WRITE_PROBLEMS } from "../problems.ts";
import { type RouteContext, refuseWhenOverloaded } from "../route-context.ts";
import { CategoryName, closed, ItemParams } from "../schemas.ts";

const Settings = Type.Object(
  {
    category: Type.Optional(CategoryName),
    hidden: Type.Optional(
      Type.Boolean({ description: "Whether to leave the item out of every list; default false." }),
    ),
  },
  closed,
);
const PutResult = Type.Object({ status: Type.Literal("stored") }, closed);

export function putItemRoute(app: App, { recommender }: RouteContext): void {
  const schema = {
    tags: ["items"],
    summary: "Set an item's category and whether it is hidden.",
    description: "Replaces both settings. An item that does not exist is created.",
    params: ItemParams,
    body: Settings,
    response: {
      200: { ...PutResult, description: "The settings are stored." },
      ...problemResponses(PROBLEMS, [
        "invalid_body",
        "invalid_query",
        "body_too_large",
        "unsupported_media_type",
        ...WRITE_PROBLEMS,
      ]),
    },
  };
  app.put("/items/:id", { schema }, async ({ params, body }) => {
    refuseWhenOverloaded(recommender);
    const { category = null, hidden = false } = body;
    await recommender.putItem(params.id, { category, hidden: hidden ? 1 : 0 });
    return { status: "stored" as const };
  });
}
