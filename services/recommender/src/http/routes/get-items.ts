import { type App, problemResponses } from "@undertone/base";
import Type from "typebox";
import { PROBLEMS, READ_PROBLEMS } from "../problems.ts";
import type { RouteContext } from "../route-context.ts";
import { CategoryQuery, closed, DEFAULT_N, ItemId, N, Quality, Reviews, readQuery } from "../schemas.ts";

export const ItemList = Type.Object(
  { items: Type.Array(Type.Object({ item: ItemId, quality: Quality, reviews: Reviews }, closed)) },
  closed,
);

export function getItemsRoute(app: App, { recommender }: RouteContext): void {
  const { catalogue } = recommender;
  const schema = {
    tags: ["items"],
    summary: "List the items that are liked best.",
    description: "Hidden items are left out.",
    querystring: Type.Object(
      {
        sort: Type.Optional(Type.Enum(["quality"], { description: "The order of the list." })),
        category: CategoryQuery,
        n: N,
      },
      closed,
    ),
    response: {
      200: { ...ItemList, description: "The items, best first." },
      ...problemResponses(PROBLEMS, ["invalid_query", ...READ_PROBLEMS]),
    },
  };
  app.get("/items", { schema, validatorCompiler: readQuery }, async ({ query }) => {
    const { n = DEFAULT_N, category } = query;
    const items = catalogue.best(n, category).map((item) => ({
      item: catalogue.id(item),
      quality: catalogue.quality(item),
      reviews: catalogue.reviews(item),
    }));
    return { items };
  });
}
