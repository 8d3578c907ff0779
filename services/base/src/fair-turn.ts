const waiting: (() => void)[] = [];

/**
 * Resolves in a later turn of the event loop, and for one caller per turn. Work that is cut into slices with this
 * function keeps no other client waiting for more than one slice, however many requests do such work at the same time.
 * With `setImmediate` alone the slices of all of them would run in the same turn.
 */
export function fairTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(next);
  });
}

/** What the resolved caller does runs before the event loop looks at connections again. */
function next(): void {
  waiting.shift()!();
  if (waiting.length > 0) setImmediate(next);
}
