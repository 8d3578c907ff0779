import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import Type, { type Static } from "typebox";
import type { Sent } from "../storage/replace.ts";
import type { ItemErrorCode } from "./problems.ts";
import { closed, ItemId, MAX_ID_LENGTH, UserId } from "./schemas.ts";

export const FeedbackItem = Type.Object(
  {
    user_id: UserId,
    item_id: ItemId,
    text: Type.Optional(
      Type.String({
        description: "The text of the review. An item without text and rating is an interaction.",
      }),
    ),
    rating: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: 5,
        description: "The star rating of the review. Decimals are allowed.",
      }),
    ),
    at: Type.Optional(
      Type.String({
        format: "date-time",
        description:
          "When the user gave the feedback. The default is now. A time in the next 5 minutes counts as now.",
      }),
    ),
  },
  closed,
);
export type FeedbackItem = Static<typeof FeedbackItem>;

/** The clocks of clients may be this much ahead. */
const CLOCK_SKEW_MS = 5 * 60_000;
/** Longer strings are not repeated in an error. */
const LONGEST_ECHO = 40;

type Field = keyof FeedbackItem;
const ID = `a string of 1 to ${MAX_ID_LENGTH} characters without control characters`;
const FIELDS: Record<Field, { code: ItemErrorCode; expected: string }> = {
  user_id: { code: "invalid_id", expected: ID },
  item_id: { code: "invalid_id", expected: ID },
  text: { code: "invalid_text", expected: "a string" },
  rating: { code: "invalid_rating", expected: "a number from 1 to 5" },
  at: { code: "invalid_at", expected: "a time that exists, such as 2026-01-31T18:30:00Z" },
};

const ajv = new Ajv({ coerceTypes: false, strict: false });
addFormats.default(ajv, ["date-time"]);
const matchesSchema = ajv.compile<FeedbackItem>(FeedbackItem);

export interface ItemError {
  code: ItemErrorCode;
  detail: string;
}

/**
 * Reads item number `index` of the request: returns the row to store, or the error of the item.
 * `now` is in milliseconds since the epoch; `maxTextLength` is in UTF-16 units.
 */
export function readItem(
  item: unknown,
  index: number,
  { maxTextLength, now }: { maxTextLength: number; now: number },
): Sent | ItemError {
  const place = `items[${index}]`;
  if (!matchesSchema(item)) return schemaError(item, place);
  const { user_id, item_id, text = null, rating = null } = item;
  const refuse = (field: Field, code: ItemErrorCode, detail: string): ItemError => ({
    code,
    detail: `${place}.${field}: expected ${detail}`,
  });
  if (text !== null && text.length > maxTextLength)
    return refuse("text", "text_too_long", `at most ${maxTextLength} UTF-16 units, got ${text.length}`);
  if (text !== null && /[\0\p{Surrogate}]/u.test(text))
    return refuse("text", "invalid_text", "no NUL and no half of a surrogate pair, got one of them");
  if (item.at === undefined) return { user_id, item_id, text, rating, at: undefined };
  const at = new Date(item.at).getTime();
  if (Number.isNaN(at)) return refuse("at", "invalid_at", `${FIELDS.at.expected}, got ${echo(item.at)}`);
  if (at > now + CLOCK_SKEW_MS)
    return refuse(
      "at",
      "invalid_at",
      `a time that is at most 5 minutes after now (${new Date(now).toISOString()}), got ${echo(item.at)}`,
    );
  return { user_id, item_id, text, rating, at: new Date(at).toISOString() };
}

/** Translates the validator's first error into the terms of the API. */
function schemaError(item: unknown, place: string): ItemError {
  const { instancePath, params } = matchesSchema.errors![0]!;
  const unknown: string | undefined = params.additionalProperty;
  if (unknown !== undefined) {
    const known = Object.keys(FIELDS).join(", ");
    return {
      code: "invalid_item",
      detail: `${place}: expected only the fields ${known}, got ${echo(unknown)}`,
    };
  }
  const field = (params.missingProperty ?? instancePath.slice(1)) as Field | "";
  if (field === "")
    return { code: "invalid_item", detail: `${place}: expected an object, got ${nameOf(item)}` };
  const { code, expected } = FIELDS[field];
  const value = (item as Record<string, unknown>)[field];
  const hint = value === null && field in OPTIONAL ? "; leave the field out if there is none" : "";
  return { code, detail: `${place}.${field}: expected ${expected}, got ${nameOf(value)}${hint}` };
}

const OPTIONAL: Partial<Record<Field, true>> = { text: true, rating: true, at: true };

/** Describes a value for an error message. It never repeats a long text. */
function nameOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return echo(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

function echo(text: string): string {
  if (text === "") return "an empty string";
  return text.length > LONGEST_ECHO ? `a string of ${[...text].length} characters` : JSON.stringify(text);
}
