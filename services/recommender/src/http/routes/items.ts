import { type App, problemResponses } from "@undertone/base";
import Type from "typebox";
import { knownItem, type RouteContext } from "../door.ts";
import { PROBLEMS, READ_PROBLEMS } from "../errors.ts";
import { DEFAULT_N, N, readQuery } from "../query.ts";
import { Category, closed, ItemId, Quality, Reviews } from "../schemas.ts";

const ItemParams = Type.Object({ id: Type.String() });

export const ItemList = Type.Object(
  { items: Type.Array(Type.Object({ item: ItemId, quality: Quality, reviews: Reviews }, closed)) },
  closed,
);

export const Item = Type.Object(
  {
    item: ItemId,
    quality: Quality,
    reviews: Reviews,
    interactions: Type.Integer({ minimum: 0, description: "Users who have to do with it." }),
    category: Type.Optional(Type.String()),
    hidden: Type.Boolean(),
    estimated_stars: Type.Optional(
      Type.Object(
        { mean: Type.Number(), texts: Type.Integer({ minimum: 1 }) },
        {
          ...closed,
          description:
            "What the sentiment model estimates for its texts, where it does; quality is without it.",
        },
      ),
    ),
    models: Type.Array(
      Type.Object({ model: Type.String({ description: "name@version" }), texts: Type.Integer() }, closed),
      { description: "Who scored its texts, and how many each." },
    ),
  },
  closed,
);

export const Similar = Type.Object(
  {
    items: Type.Array(
      Type.Object({ item: ItemId, similarity: Type.Number({ minimum: 0 }), quality: Quality }, closed),
    ),
  },
  closed,
);

export function itemsRoute(app: App, { recommender }: RouteContext): void {
  const schema = {
    tags: ["items"],
    summary: "The items that are liked best.",
    querystring: Type.Object(
      { sort: Type.Optional(Type.Enum(["quality"])), category: Type.Optional(Category), n: N },
      closed,
    ),
    response: {
      200: { ...ItemList, description: "The best first; hidden items are left out." },
      ...problemResponses(PROBLEMS, ["invalid_query", ...READ_PROBLEMS]),
    },
  };
  app.get("/items", { schema, validatorCompiler: readQuery }, async (request) => {
    const { n = DEFAULT_N, category } = request.query;
    const { catalogue } = recommender;
    const items = catalogue.best(n, category).map((item) => ({
      item: catalogue.id(item),
      quality: catalogue.quality(item),
      reviews: catalogue.reviews(item),
    }));
    return { items };
  });
}

export function itemRoute(app: App, { recommender }: RouteContext): void {
  const schema = {
    tags: ["items"],
    summary: "What is known of an item.",
    params: ItemParams,
    response: {
      200: { ...Item, description: "The item." },
      ...problemResponses(PROBLEMS, ["unknown_item", ...READ_PROBLEMS]),
    },
  };
  app.get("/items/:id", { schema }, async (request) => {
    const { catalogue } = recommender;
    const index = knownItem(recommender, request.params.id);
    const category = catalogue.category(index);
    const stars = await recommender.estimatedStars(request.params.id);
    return {
      item: request.params.id,
      quality: catalogue.quality(index),
      reviews: catalogue.reviews(index),
      interactions: catalogue.popularity(index),
      ...(category !== null && { category }),
      hidden: catalogue.hidden(index),
      ...(stars && { estimated_stars: stars }),
      models: await recommender.models(request.params.id),
    };
  });
}

export function similarRoute(app: App, { recommender }: RouteContext): void {
  const schema = {
    tags: ["items"],
    summary: "Items that the same users have to do with.",
    params: ItemParams,
    querystring: Type.Object({ n: N }, closed),
    response: {
      200: { ...Similar, description: "The most similar first; hidden items are left out." },
      ...problemResponses(PROBLEMS, ["unknown_item", "invalid_query", ...READ_PROBLEMS]),
    },
  };
  app.get("/items/:id/similar", { schema, validatorCompiler: readQuery }, async (request) => {
    const { catalogue } = recommender;
    const index = knownItem(recommender, request.params.id);
    const items = recommender.similar(index, request.query.n ?? DEFAULT_N).map(({ item, similarity }) => ({
      item: catalogue.id(item),
      similarity,
      quality: catalogue.quality(item),
    }));
    return { items };
  });
}
