const waiting: (() => void)[] = [];

/**
 * Resolves in a later turn of the event loop, and for one caller per turn. Work that is cut into
 * slices with this function keeps no other client waiting for more than one slice, however many
 * requests do such work at the same time. With `setImmediate` alone the slices of all of them would
 * run in the same turn.
 * @param order `next` is for work that holds memory from its last slice: it goes before all that
 * waits, so that a flood
 *   of requests is not parsed as a whole before the first of them is refused
 */
export function fairTurn(order: "next" | "last" = "last"): Promise<void> {
  return new Promise((resolve) => {
    if (order === "next") waiting.unshift(resolve);
    else waiting.push(resolve);
    if (waiting.length === 1) setImmediate(next);
  });
}

/** What the resolved caller does runs before the event loop looks at connections again. */
function next(): void {
  waiting.shift()!();
  if (waiting.length > 0) setImmediate(next);
}
