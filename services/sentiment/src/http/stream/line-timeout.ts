import { ReceiveClock } from "../receive-clock.ts";

const NEWLINE = 0x0a;

/** Passes the bytes of a stream on. A line that has begun must end within RECEIVE_TIMEOUT_MS. */
export async function* limitLineTime(
  source: AsyncIterable<Buffer>,
  limits: { requestTimeoutMs: number; receiveTimeoutMs: number },
): AsyncGenerator<Buffer> {
  const clock = new ReceiveClock(limits);
  for await (const chunk of clock.read(source)) {
    const lastNewline = chunk.lastIndexOf(NEWLINE);
    if (lastNewline === chunk.length - 1) clock.stop();
    else if (lastNewline >= 0 || !clock.running) clock.start();
    yield chunk;
  }
}
