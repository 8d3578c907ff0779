import { Problem } from "@undertone/base";
import { TableError } from "@undertone/tables";
import { Refusal } from "../../scoring/refusal.ts";
import { toProblem } from "../errors.ts";
import { asParameter } from "./query.ts";

/** A message about a file may list ten columns, each cut to 40 characters. */
const MAX_DETAIL = 1_000;

/** The problem for an error that ended the work; undefined for an internal error. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof Refusal) return toProblem(error);
  if (!(error instanceof TableError)) return undefined;
  return new Problem(error.code, error.adviseAs(asParameter), {}, MAX_DETAIL);
}
