/**
 * One row: the test that holds it (`test` stands in `file` as it is written there), or why none
 * does.
 */
export type VerifiedCase = { id: string; what: string } & (
  | { file: string; test: string }
  | { reason: string }
);
