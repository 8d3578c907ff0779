import { type App, problemResponses } from "@undertone/base";
import Type from "typebox";
import { PROBLEMS, READ_PROBLEMS } from "../problems.ts";
import type { RouteContext } from "../route-context.ts";
import { CategoryQuery, closed, DEFAULT_N, ItemId, N, Reviews, readQuery, UserParams } from "../schemas.ts";

export const Recommendations = Type.Object(
  {
    recommendations: Type.Array(
      Type.Object(
        {
          item: ItemId,
          score: Type.Number({ minimum: 0, description: "The list is ordered by this number." }),
          affinity: Type.Number({
            minimum: 0,
            maximum: 1,
            description: "How near the item is to the user's own items; the nearest item has 1.",
          }),
          pLike: Type.Number({
            minimum: 0,
            maximum: 1,
            description: "How well the item is liked: its quality.",
          }),
          reviews: Reviews,
          because: Type.Array(ItemId, {
            maxItems: 3,
            description: "The user's own items that are nearest to this item.",
          }),
          source: Type.Enum(["personal", "popular"], {
            description: "`popular` if none of the user's own items is near this item.",
          }),
        },
        closed,
      ),
    ),
  },
  closed,
);

export function getRecommendationsRoute(app: App, { recommender }: RouteContext): void {
  const { catalogue } = recommender;
  const schema = {
    tags: ["recommendations"],
    summary: "Recommend items to a user.",
    description:
      "Items that the user gave feedback on and hidden items are left out. An unknown user gets popular items.",
    params: UserParams,
    querystring: Type.Object({ n: N, category: CategoryQuery }, closed),
    response: {
      200: { ...Recommendations, description: "The items, the best first." },
      ...problemResponses(PROBLEMS, ["invalid_query", ...READ_PROBLEMS]),
    },
  };
  app.get(
    "/users/:id/recommendations",
    { schema, validatorCompiler: readQuery },
    async ({ params, query }) => {
      const { n = DEFAULT_N, category } = query;
      const ranked = await recommender.recommend(params.id, n, category);
      const recommendations = ranked.map(({ item, because, ...parts }) => ({
        item: catalogue.id(item),
        ...parts,
        reviews: catalogue.reviews(item),
        because: because.map((own) => catalogue.id(own)),
        source: parts.affinity > 0 ? ("personal" as const) : ("popular" as const),
      }));
      return { recommendations };
    },
  );
}
