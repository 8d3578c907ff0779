import type { Problem } from "./results.ts";

/** The codes of errors that are not an answer of the service. */
type OwnCode = "unreachable" | "deadline_exceeded" | "unexpected_answer";

/**
 * The only error that a call rejects with, except for the caller's own abort. `code` is that of the
 * problem document, or one of the client's own. `status` is set if the service answered. `line` is
 * the number of the last answered line of a stream; 0 if there is none.
 */
export class SentimentError extends Error {
  readonly code: Problem["code"] | OwnCode;
  readonly status: number | undefined;
  readonly line: number | undefined;

  constructor(
    code: Problem["code"] | OwnCode,
    detail: string,
    options: { status?: number; line?: number; cause?: unknown } = {},
  ) {
    super(`${code}: ${detail}`, { cause: options.cause });
    this.name = "SentimentError";
    this.code = code;
    this.status = options.status;
    this.line = options.line;
  }
}

/** The error for an answer that is not a success: a problem document, or the page of a proxy. */
export function fromAnswer(body: unknown, status: number): SentimentError {
  const problem = body as Partial<Problem> | undefined;
  if (typeof problem?.code === "string")
    return new SentimentError(problem.code, problem.detail ?? "", { status });
  return new SentimentError("unexpected_answer", `status ${status} without a problem document`, { status });
}
