import { type App, problemResponses } from "@undertone/base";
import Type from "typebox";
import type { RouteContext } from "../door.ts";
import { PROBLEMS, READ_PROBLEMS } from "../errors.ts";
import { DEFAULT_N, N, readQuery } from "../query.ts";
import { Category, closed, ItemId, Reviews } from "../schemas.ts";

export const Recommendations = Type.Object(
  {
    recommendations: Type.Array(
      Type.Object(
        {
          item: ItemId,
          score: Type.Number({ minimum: 0, description: "What the list is ordered by." }),
          affinity: Type.Number({
            minimum: 0,
            maximum: 1,
            description: "Nearness to the user's own items, beside the nearest of all.",
          }),
          pLike: Type.Number({ minimum: 0, maximum: 1, description: "The item's quality." }),
          reviews: Reviews,
          because: Type.Array(ItemId, { maxItems: 3, description: "The user's own items that count most." }),
          source: Type.Enum(["personal", "popular"], {
            description: "`popular` where nothing of the user's own is near the item.",
          }),
        },
        closed,
      ),
    ),
  },
  closed,
);

export function recommendationsRoute(app: App, { recommender }: RouteContext): void {
  const schema = {
    tags: ["recommendations"],
    summary: "The best items for a user.",
    description:
      "Never an item that the user has to do with, or a hidden one. An unknown user gets what is popular.",
    params: Type.Object({ id: Type.String() }),
    querystring: Type.Object({ n: N, category: Type.Optional(Category) }, closed),
    response: {
      200: { ...Recommendations, description: "The best first." },
      ...problemResponses(PROBLEMS, ["invalid_query", ...READ_PROBLEMS]),
    },
  };
  app.get("/users/:id/recommendations", { schema, validatorCompiler: readQuery }, async (request) => {
    const { n = DEFAULT_N, category } = request.query;
    const { catalogue } = recommender;
    const ranked = await recommender.recommend(request.params.id, n, category);
    const recommendations = ranked.map(({ item, because, ...parts }) => ({
      item: catalogue.id(item),
      ...parts,
      reviews: catalogue.reviews(item),
      because: because.map((own) => catalogue.id(own)),
      source: parts.affinity > 0 ? ("personal" as const) : ("popular" as const),
    }));
    return { recommendations };
  });
}
