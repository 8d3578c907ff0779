import { type App, problemResponses } from "@undertone/base";
import { Ajv } from "ajv";
import Type, { type Static } from "typebox";
import type { Sent } from "../../storage/replace.ts";
import { FeedbackItem, type ItemError, readItem } from "../feedback-items.ts";
import { ITEM_ERROR_CODES, PROBLEMS, WRITE_PROBLEMS } from "../problems.ts";
import { type RouteContext, refuseWhenOverloaded } from "../route-context.ts";
import { closed } from "../schemas.ts";

const Stored = Type.Object(
  {
    status: Type.Enum(["stored", "unchanged", "superseded"], {
      description: [
        "`stored`: the feedback is new. `unchanged`: the same feedback was stored before.",
        "`superseded`: the stored feedback is later, so it stays.",
      ].join(" "),
    }),
  },
  { ...closed, title: "Stored" },
);
const Refused = Type.Object(
  {
    status: Type.Literal("error"),
    error: Type.Object(
      {
        code: Type.Enum(ITEM_ERROR_CODES),
        detail: Type.String({ description: "The field, what was expected there, and what was sent." }),
      },
      closed,
    ),
  },
  { ...closed, title: "Refused" },
);

export const FeedbackResult = Type.Object(
  { results: Type.Array(Type.Union([Stored, Refused]), { description: "One result per item, in order." }) },
  closed,
);

export function postFeedbackRoute(app: App, { recommender, config }: RouteContext): void {
  const { maxBatchItems, maxTextLength } = config;
  const schema = {
    tags: ["feedback"],
    summary: "Store reviews and interactions.",
    description: [
      "Takes up to 1,000 items. They are stored when the response arrives, and their texts are scored",
      "later. A user's later feedback on an item replaces the earlier one. The same feedback sent again",
      "changes nothing, so a request may be repeated. An item with a fault gets its own error, and the",
      "other items are stored.",
    ].join(" "),
    body: Type.Object({ items: Type.Array(FeedbackItem, { minItems: 1, maxItems: maxBatchItems }) }, closed),
    response: {
      200: { ...FeedbackResult, description: "One result per item, in order." },
      ...problemResponses(PROBLEMS, [
        "invalid_body",
        "body_too_large",
        "unsupported_media_type",
        ...WRITE_PROBLEMS,
      ]),
    },
  };
  const envelope = new Ajv({ strict: false, verbose: true }).compile({
    ...schema.body,
    properties: { items: { ...schema.body.properties.items, items: {} } },
  });
  // Items are not validated here: a fault of one item must not refuse the others. `readItem` does it.
  const validatorCompiler = () => envelope;
  app.post("/feedback", { schema, validatorCompiler }, async (request) => {
    refuseWhenOverloaded(recommender);
    const options = { maxTextLength, now: Date.now() };
    const items = request.body.items.map((item, index) => readItem(item, index, options));
    const outcomes = await recommender.store(items.filter(isSent));
    request.cost = { items: items.length };
    let next = 0;
    const results: Static<typeof FeedbackResult>["results"] = items.map((item) =>
      isSent(item) ? { status: outcomes[next++]! } : { status: "error", error: item },
    );
    return { results };
  });
}

const isSent = (item: Sent | ItemError): item is Sent => !("code" in item);
