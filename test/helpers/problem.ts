import assert from "node:assert/strict";
import type { ProblemTable } from "@undertone/base";
import type supertest from "supertest";
import { PROBLEMS } from "../../services/sentiment/src/http/errors.ts";

export type Code = keyof typeof PROBLEMS;

/** Asserts that an answer is a problem document with the status and title of the service's table. */
export function assertProblemOf(table: ProblemTable, response: supertest.Response, code: string): void {
  const { status, title } = table[code]!;
  assert.equal(response.status, status);
  assert.match(response.headers["content-type"]!, /^application\/problem\+json/);
  const { detail, ...rest } = response.body;
  assert.deepEqual(rest, { type: `urn:undertone:problem:${code}`, title, status, code });
  assert.ok(typeof detail === "string" && detail.length > 0);
  if (status === 503) assert.match(response.headers["retry-after"]!, /^[1-9]\d*$/);
}

export const assertProblem = (response: supertest.Response, code: Code): void =>
  assertProblemOf(PROBLEMS, response, code);
