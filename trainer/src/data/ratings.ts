/** The notations of ratings in a corpus. */
export const RATING_SCALES = ["1-5", "1-10", "0-1", "thumbs"] as const;
export type RatingScaleName = (typeof RATING_SCALES)[number];

/** A rating as it is written: a number, or a word for a positive or negative opinion. */
export type WrittenRating = number | "up" | "down";

/** Words for the two classes, in lower case. */
const WORDS = new Map<string, "up" | "down">([
  ["true", "up"],
  ["positive", "up"],
  ["pos", "up"],
  ["up", "up"],
  ["thumbs up", "up"],
  ["false", "down"],
  ["negative", "down"],
  ["neg", "down"],
  ["down", "down"],
  ["thumbs down", "down"],
]);

const PLACEHOLDERS = new Set(["", "n/a", "na", "nan", "none", "null", "nil", "-", "?"]);

/** A rating that cannot be used, with the reason as text for the user. */
export class RatingFault {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

const MISSING = new RatingFault("no rating");
const NOT_A_VALUE = new RatingFault("the rating is a list or an object, not a number");
const EXPLAINED: [RegExp, RatingFault][] = [
  [/^\d+([.,]\d+)?\s*\/\s*\d+$/, new RatingFault("the rating is a fraction; write its first number alone")],
  [/^\d+,\d+$/, new RatingFault("the rating has a decimal comma; write a decimal point")],
  [/^0[xob]/, new RatingFault("the rating is not a decimal number")],
  [/^[+-]?\d*\.?\d+e[+-]?\d+$/, new RatingFault("the rating is not a plain decimal number")],
  [/\d/, new RatingFault("the rating is a number with other characters; write the number alone")],
  [/^[+-]?infinity$/, new RatingFault("the rating is infinite")],
];
const NO_NUMBER = new RatingFault("the rating is not a number");

/** Reads one rating strictly: anything but a plain number or a word for a class is a fault. */
export function parseRating(value: unknown): WrittenRating | RatingFault {
  if (value === undefined || value === null) return MISSING;
  if (typeof value === "boolean") return value ? "up" : "down";
  if (typeof value === "number") return Number.isFinite(value) ? value : MISSING;
  if (typeof value !== "string") return NOT_A_VALUE;
  const text = value.trim().toLowerCase();
  if (PLACEHOLDERS.has(text)) return MISSING;
  if (/^[+-]?\d+(\.\d+)?$/.test(text)) return Number(text);
  return WORDS.get(text) ?? EXPLAINED.find(([pattern]) => pattern.test(text))?.[1] ?? NO_NUMBER;
}

/** The share of a column's ratings that must fit a scale. */
const FITTING = 0.99;

/**
 * The scale of a column: the first of 0-1, 1-5 and 1-10 that fits 99 of 100 numbers, or `thumbs` if
 * the column has words. Zeros do not count beside larger numbers, because exports write 0 for "not
 * rated".
 * @returns undefined if no scale fits
 */
export function detectScale(ratings: readonly WrittenRating[]): RatingScaleName | undefined {
  const numbers = ratings.filter((rating) => typeof rating === "number");
  if (ratings.length > 0 && ratings.length - numbers.length >= FITTING * ratings.length) return "thumbs";
  const holds = (list: readonly number[], low: number, high: number) =>
    list.filter((n) => n >= low && n <= high).length >= FITTING * list.length;
  if (numbers.length === 0) return undefined;
  if (holds(numbers, 0, 1)) return "0-1";
  const given = numbers.filter((n) => n !== 0);
  return holds(given, 1, 5) ? "1-5" : holds(given, 1, 10) ? "1-10" : undefined;
}

/** A rating in stars, 1 to 5; the two classes of `thumbs` are 1 and 5. */
export function starsOf(rating: WrittenRating, scale: RatingScaleName): number | RatingFault {
  if (typeof rating === "string")
    return scale === "thumbs"
      ? { up: 5, down: 1 }[rating]
      : new RatingFault(`a word among ratings of ${scale}`);
  switch (scale) {
    case "1-5":
      return within(rating, 1, 5) ? rating : outside(scale);
    case "1-10":
      return within(rating, 1, 10) ? Math.ceil(rating / 2) : outside(scale);
    case "0-1":
      return within(rating, 0, 1) ? 1 + 4 * rating : outside(scale);
    case "thumbs":
      return rating === 0 || rating === 1 ? 1 + 4 * rating : outside(scale);
  }
}

const within = (rating: number, low: number, high: number) => rating >= low && rating <= high;
const outside = (scale: RatingScaleName) => new RatingFault(`the rating is outside ${scale}`);
