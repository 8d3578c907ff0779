import { Ajv } from "ajv";
import type { FastifySchemaCompiler } from "fastify";
import Type, { type TSchema } from "typebox";

export { closed } from "@undertone/base";

export const MAX_ID_LENGTH = 200;
/**
 * Ids appear in URLs and logs, so control characters are not allowed. Lone surrogates are not
 * allowed, because the database cannot store them.
 */
const id = (description: string) =>
  Type.String({ minLength: 1, maxLength: MAX_ID_LENGTH, pattern: "^[^\\p{Cc}\\p{Cs}]+$", description });
export const UserId = id("The id of the user.");
export const ItemId = id("The id of the item.");
export const CategoryName = id("The category of the item.");

export const UserParams = Type.Object({ id: UserId });
export const ItemParams = Type.Object({ id: ItemId });

export const DEFAULT_N = 10;
export const N = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: 100,
    description: `Maximum length of the list. The default is ${DEFAULT_N}.`,
  }),
);
export const CategoryQuery = Type.Optional(
  Type.String({ ...CategoryName, description: "Return only items of this category." }),
);

export const Quality = Type.Number({
  minimum: 0,
  maximum: 1,
  description: "How well the item is liked: the Bayesian average of its reviews.",
});
export const Reviews = Type.Integer({
  minimum: 0,
  description: "The number of reviews that have stars or a score.",
});

const ajv = new Ajv({ coerceTypes: true, strict: false, verbose: true });

/**
 * The validator of paths and queries. Their values are text, so "5" is accepted as the number 5. A
 * body must have the right types.
 */
export const readQuery: FastifySchemaCompiler<TSchema> = ({ schema }) => ajv.compile(schema);
