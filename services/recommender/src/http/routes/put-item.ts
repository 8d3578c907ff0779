import { type App, problemResponses } from "@undertone/base";
import Type from "typebox";
import { type RouteContext, refuseWhenOverloaded } from "../door.ts";
import { PROBLEMS, WRITE_PROBLEMS } from "../errors.ts";
import { closed, ItemId } from "../schemas.ts";

const Settings = Type.Object(
  {
    category: Type.Optional(ItemId),
    hidden: Type.Optional(
      Type.Boolean({ description: "Whether it is never shown; false where it is not said." }),
    ),
  },
  closed,
);
const PutResult = Type.Object({ status: Type.Literal("stored") }, closed);

export function putItemRoute(app: App, { recommender }: RouteContext): void {
  const schema = {
    tags: ["items"],
    summary: "Set an item's category and whether it is hidden.",
    description: "Replaces both; an item that is not there is made.",
    params: Type.Object({ id: ItemId }),
    body: Settings,
    response: {
      200: { ...PutResult, description: "Stored." },
      ...problemResponses(PROBLEMS, [
        "invalid_body",
        "invalid_query",
        "body_too_large",
        "unsupported_media_type",
        ...WRITE_PROBLEMS,
      ]),
    },
  };
  app.put("/items/:id", { schema }, async (request) => {
    refuseWhenOverloaded(recommender);
    const { category = null, hidden = false } = request.body;
    await recommender.putItem(request.params.id, { category, hidden: hidden ? 1 : 0 });
    return { status: "stored" as const };
  });
}
