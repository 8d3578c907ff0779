import { type App, problemResponses } from "@undertone/base";
import Type from "typebox";
import { PROBLEMS, READ_PROBLEMS } from "../problems.ts";
import { knownItem, type RouteContext } from "../route-context.ts";
import { closed, DEFAULT_N, ItemId, ItemParams, N, Quality, readQuery } from "../schemas.ts";

export const Similar = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          item: ItemId,
          similarity: Type.Number({
            minimum: 0,
            description: "How many users the two items share, normalized by the number of users of each.",
          }),
          quality: Quality,
        },
        closed,
      ),
    ),
  },
  closed,
);

export function getSimilarItemsRoute(app: App, { recommender }: RouteContext): void {
  const { catalogue } = recommender;
  const schema = {
    tags: ["items"],
    summary: "List items that the same users gave feedback on.",
    description: "Hidden items are left out.",
    params: ItemParams,
    querystring: Type.Object({ n: N }, closed),
    response: {
      200: { ...Similar, description: "The items, most similar first." },
      ...problemResponses(PROBLEMS, ["invalid_query", "unknown_item", ...READ_PROBLEMS]),
    },
  };
  app.get("/items/:id/similar", { schema, validatorCompiler: readQuery }, async ({ params, query }) => {
    const index = knownItem(recommender, params.id);
    const items = recommender.similar(index, query.n ?? DEFAULT_N).map(({ item, similarity }) => ({
      item: catalogue.id(item),
      similarity,
      quality: catalogue.quality(item),
    }));
    return { items };
  });
}
