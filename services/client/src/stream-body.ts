import { type Texts, toItem } from "./source.ts";

/**
 * The size of a piece in UTF-16 units. A slow source gives smaller pieces, so that no text waits
 * for the next one.
 */
const PIECE = 65_536;
const encoder = new TextEncoder();

/**
 * Texts as NDJSON, read only when a piece is needed. The signal ends the body and its source, which
 * fetch would leave running.
 */
export function streamBody(texts: Texts, signal: AbortSignal): ReadableStream<Uint8Array> {
  const lines = toLines(texts);
  let next: Promise<IteratorResult<string>> | undefined;
  const take = () => {
    next ??= lines.next();
    next.catch(() => {}); // handled when it is awaited
    return next;
  };
  return new ReadableStream(
    {
      start(controller) {
        const end = () => {
          controller.error(signal.reason);
          // Not awaited, because a source that is waiting for input returns only when input
          // arrives.
          lines.return(undefined).catch(() => {});
        };
        signal.addEventListener("abort", end, { once: true });
      },
      async pull(controller) {
        let result: IteratorResult<string> | undefined = await take();
        const pause = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 0));
        let piece = "";
        while (result?.done === false) {
          next = undefined;
          piece += result.value;
          if (piece.length >= PIECE) break;
          result = await Promise.race([take(), pause]);
        }
        if (signal.aborted) return;
        if (piece !== "") controller.enqueue(encoder.encode(piece));
        if (result?.done) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

async function* toLines(texts: Texts): AsyncGenerator<string, undefined> {
  for await (const text of texts) yield `${JSON.stringify(toItem(text))}\n`;
}
