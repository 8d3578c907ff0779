import { type App, problemResponses } from "@undertone/base";
import Type from "typebox";
import { PROBLEMS, READ_PROBLEMS } from "../problems.ts";
import { knownItem, type RouteContext } from "../route-context.ts";
import { CategoryName, closed, ItemId, ItemParams, Quality, Reviews, readQuery } from "../schemas.ts";

const Texts = Type.Integer({ minimum: 1, description: "The number of texts." });

export const Item = Type.Object(
  {
    item: ItemId,
    quality: Quality,
    reviews: Reviews,
    interactions: Type.Integer({
      minimum: 0,
      description: "The number of users who gave feedback on the item, with or without a review.",
    }),
    category: Type.Optional(CategoryName),
    hidden: Type.Boolean({ description: "Whether the item is left out of every list." }),
    estimated_stars: Type.Optional(
      Type.Object(
        { mean: Type.Number({ description: "The mean of the estimates, from 1 to 5." }), texts: Texts },
        {
          ...closed,
          description: [
            "The stars that the sentiment model estimates for the item's texts. The quality does",
            "not use them.",
          ].join(" "),
        },
      ),
    ),
    models: Type.Array(
      Type.Object({ model: Type.String({ description: "`name@version`" }), texts: Texts }, closed),
      { description: "The models that scored the item's texts." },
    ),
    interaction_only: Type.Array(
      Type.Object(
        {
          reason: Type.String({ description: "An error code or a warning of the sentiment service." }),
          texts: Texts,
        },
        closed,
      ),
      { description: "The texts that count as an interaction only, because they have no reliable score." },
    ),
  },
  closed,
);

export function getItemRoute(app: App, { recommender }: RouteContext): void {
  const { catalogue } = recommender;
  const schema = {
    tags: ["items"],
    summary: "Show what is known about an item.",
    params: ItemParams,
    response: {
      200: { ...Item, description: "The item." },
      ...problemResponses(PROBLEMS, ["invalid_query", "unknown_item", ...READ_PROBLEMS]),
    },
  };
  app.get("/items/:id", { schema, validatorCompiler: readQuery }, async ({ params }) => {
    const index = knownItem(recommender, params.id);
    const category = catalogue.category(index);
    const { models, interactionOnly, estimatedStars } = await recommender.texts(params.id);
    return {
      item: params.id,
      quality: catalogue.quality(index),
      reviews: catalogue.reviews(index),
      interactions: catalogue.popularity(index),
      ...(category !== null && { category }),
      hidden: catalogue.hidden(index),
      ...(estimatedStars && { estimated_stars: estimatedStars }),
      models,
      interaction_only: interactionOnly,
    };
  });
}
