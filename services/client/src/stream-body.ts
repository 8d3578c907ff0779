import { type Texts, toItem } from "./source.ts";

/**
 * The size of a piece in UTF-16 units. A source that is slower gives smaller ones, so no text waits
 * for the next.
 */
const PIECE = 65_536;
const encoder = new TextEncoder();

/**
 * Texts as ndjson, read only when a piece is asked for. The signal ends it and its source: fetch
 * leaves both running.
 */
export function streamBody(texts: Texts, signal: AbortSignal): ReadableStream<Uint8Array> {
  const lines = toLines(texts);
  let next: Promise<IteratorResult<string>> | undefined;
  const take = () => {
    next ??= lines.next();
    next.catch(() => {}); // met when its turn comes
    return next;
  };
  return new ReadableStream(
    {
      start(controller) {
        const end = () => {
          controller.error(signal.reason);
          // Not awaited: a source that waits ends only when it moves.
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
