import { type App, problemResponses } from "@undertone/base";
import Type, { type Static } from "typebox";
import type { Sent } from "../../storage/replace.ts";
import { type RouteContext, refuseWhenOverloaded } from "../door.ts";
import { PROBLEMS, WRITE_PROBLEMS } from "../errors.ts";
import { closed, ItemId, UserId } from "../schemas.ts";

const Feedback = Type.Object(
  {
    user_id: UserId,
    item_id: ItemId,
    text: Type.Optional(Type.String({ description: "The review; without one this is a plain interaction." })),
    rating: Type.Optional(Type.Number({ minimum: 1, maximum: 5, description: "Stars." })),
    at: Type.Optional(
      Type.String({ format: "date-time", description: "When it was said; now, where it is not said." }),
    ),
  },
  closed,
);

const ItemError = Type.Object(
  {
    code: Type.Enum(["invalid_at", "invalid_text", "text_too_long"]),
    detail: Type.String({ description: "What was wrong with it." }),
  },
  closed,
);

export const FeedbackResult = Type.Object(
  {
    results: Type.Array(
      Type.Union([
        Type.Object(
          {
            status: Type.Enum(["stored", "unchanged", "superseded"], {
              description: "`unchanged`: it was there already. `superseded`: what is there is later.",
            }),
          },
          { ...closed, title: "Taken" },
        ),
        Type.Object({ status: Type.Literal("error"), error: ItemError }, { ...closed, title: "Refused" }),
      ]),
      { description: "One result an item, in the items' order." },
    ),
  },
  closed,
);

type ItemErrorCode = Static<typeof ItemError>["code"];

export function feedbackRoute(app: App, { recommender, config }: RouteContext): void {
  const { maxBatchItems: maxItems, maxTextLength } = config;
  const schema = {
    tags: ["feedback"],
    summary: "Store up to 1,000 reviews and interactions.",
    description:
      "Stored when this answers, scored soon after. One user's later feedback on an item replaces the earlier; sending the same again changes nothing. An item that cannot be stored has an error of its own; the rest is stored.",
    body: Type.Object({ items: Type.Array(Feedback, { minItems: 1, maxItems }) }, closed),
    response: {
      200: { ...FeedbackResult, description: "One result an item, in order." },
      ...problemResponses(PROBLEMS, [
        "invalid_body",
        "body_too_large",
        "unsupported_media_type",
        ...WRITE_PROBLEMS,
      ]),
    },
  };
  app.post("/feedback", { schema }, async (request) => {
    refuseWhenOverloaded(recommender);
    const checked = request.body.items.map((item) => check(item, maxTextLength));
    const outcomes = await recommender.store(checked.filter((item) => typeof item !== "string"));
    request.cost = { items: checked.length };
    let next = 0;
    const results = checked.map((item) => {
      if (typeof item !== "string") return { status: outcomes[next++]! };
      return { status: "error" as const, error: { code: item, detail: PROBLEMS[item].title } };
    });
    return { results };
  });
}

/** The row to store, or the code of what is wrong with it. */
function check(item: Static<typeof Feedback>, maxTextLength: number): Sent | ItemErrorCode {
  const { user_id, item_id, text = null, rating = null } = item;
  if (text !== null && text.length > maxTextLength) return "text_too_long";
  if (text !== null && /[\0\p{Surrogate}]/u.test(text)) return "invalid_text";
  const at = item.at === undefined ? undefined : new Date(item.at);
  if (at !== undefined && Number.isNaN(at.getTime())) return "invalid_at";
  return { user_id, item_id, text, rating, at: at?.toISOString() };
}
