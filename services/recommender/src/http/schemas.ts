import Type from "typebox";

export { closed } from "@undertone/base";

/** Ids come back in URLs and logs: no control characters. */
const id = (description: string) =>
  Type.String({ minLength: 1, maxLength: 200, pattern: "^[^\\p{Cc}\\p{Cs}]+$", description });
export const UserId = id("The user.");
export const ItemId = id("The item.");
export const Category = id("Only items of this category.");

export const Quality = Type.Number({
  minimum: 0,
  maximum: 1,
  description: "How well it is liked: the Bayesian average of its reviews.",
});
export const Reviews = Type.Integer({ minimum: 0, description: "Its reviews with stars or a score." });
