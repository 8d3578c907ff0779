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
          score: Type.Number({
            minimum: 0,
            description: "The ranking score. The list is sorted by it, highest first.",
          }),
          affinity: Type.Number({
            minimum: 0,
            maximum: 1,
            description: [
              "How similar the item is to the user's own items, relative to the most similar item,",
              "which has 1.",
            ].join(" "),
          }),
          pLike: Type.Number({
            minimum: 0,
            maximum: 1,
            description: "The quality of the item, as in `GET /items`.",
          }),
          reviews: Reviews,
          because: Type.Array(ItemId, {
            maxItems: 3,
            description: "The user's own items that are most similar to this item.",
          }),
          source: Type.Enum(["personal", "popular"], {
            description: [
              "`popular` if none of the user's own items is similar to this item, otherwise",
              "`personal`.",
            ].join(" "),
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
    description: [
      "The list has no hidden items and none that the user gave feedback on. An unknown user",
      "gets popular items.",
    ].join(" "),
    params: UserParams,
    querystring: Type.Object({ n: N, category: CategoryQuery }, closed),
    response: {
      200: { ...Recommendations, description: "The items, best first." },
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
