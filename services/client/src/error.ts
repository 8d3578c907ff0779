import type { Problem } from "./results.ts";

/**
 * What a call can end with besides an answer of the service: nobody answered, or the client's own
 * deadline passed.
 */
type OwnCode = "unreachable" | "deadline_exceeded" | "unexpected_answer";

/**
 * The only error a call rejects with, save the caller's own abort. `code` is the problem
 * document's, or one of the client's own; `status` is there when the service answered; `line` is
 * how far a stream had come: the last line that was answered, 0 for none.
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

/**
 * The error of an answer that is not a success: a problem document, or whatever a proxy put in its
 * place.
 */
export function fromAnswer(body: unknown, status: number): SentimentError {
  const problem = body as Partial<Problem> | undefined;
  if (typeof problem?.code === "string")
    return new SentimentError(problem.code, problem.detail ?? "", { status });
  return new SentimentError("unexpected_answer", `status ${status} without a problem document`, { status });
}
