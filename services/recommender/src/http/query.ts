import { Ajv } from "ajv";
import type { FastifySchemaCompiler } from "fastify";
import Type, { type TSchema } from "typebox";

const ajv = new Ajv({ coerceTypes: true, strict: false });

/** A query is all text: only there "5" is the number 5. For routes with a query and no body. */
export const readQuery: FastifySchemaCompiler<TSchema> = ({ schema }) => ajv.compile(schema);

export const DEFAULT_N = 10;
export const N = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: 100,
    description: `How many are wanted; ${DEFAULT_N} where it is not said.`,
  }),
);
