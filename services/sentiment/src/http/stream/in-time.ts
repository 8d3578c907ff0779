import { COMMON_PROBLEMS, Problem } from "@undertone/base";

const NEWLINE = 0x0a;

/**
 * Passes the bytes of a stream on. Rejects when the client sends nothing for `requestTimeoutMs`, or does not end a line that it
 * has begun within `receiveTimeoutMs`, which bounds any other request. Only the time in which the client is waited for counts.
 */
export async function* inTime(
  source: AsyncIterable<Buffer>,
  { requestTimeoutMs, receiveTimeoutMs }: { requestTimeoutMs: number; receiveTimeoutMs: number },
): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  let lineLeftMs = Number.POSITIVE_INFINITY; // while no line has begun
  for (;;) {
    const begun = performance.now();
    const { value, done } = await nextWithin(chunks, requestTimeoutMs, lineLeftMs);
    if (done === true) return;
    const lastNewline = value.lastIndexOf(NEWLINE);
    if (lastNewline === value.length - 1) lineLeftMs = Number.POSITIVE_INFINITY;
    else if (lastNewline >= 0 || lineLeftMs === Number.POSITIVE_INFINITY) lineLeftMs = receiveTimeoutMs;
    else lineLeftMs -= performance.now() - begun;
    yield value;
  }
}

async function nextWithin(
  chunks: AsyncIterator<Buffer>,
  pauseMs: number,
  lineLeftMs: number,
): Promise<IteratorResult<Buffer>> {
  const code = lineLeftMs < pauseMs ? "request_timeout" : "deadline_exceeded";
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    const refuse = () => reject(new Problem(code, COMMON_PROBLEMS[code].title));
    timer = setTimeout(refuse, Math.max(0, Math.min(pauseMs, lineLeftMs)));
  });
  const next = chunks.next().catch(() => {
    throw new Problem("invalid_body", "The body could not be read to its end.");
  });
  try {
    return await Promise.race([next, passed]);
  } finally {
    clearTimeout(timer);
  }
}
