const pending: (() => void)[] = [];

/**
 * Resolves in a later turn of the event loop, for one caller per turn. Work that is divided into
 * slices with this function delays other clients by one slice at most, no matter how many requests
 * do such work at the same time. With `setImmediate` alone, all their slices would run in the same
 * turn.
 * @param order `next` is for work that holds memory from its last slice. It goes before all other
 * work, so that a flood of requests is not parsed completely before the first of them is refused
 */
export function fairTurn(order: "next" | "last" = "last"): Promise<void> {
  return new Promise((resolve) => {
    if (order === "next") pending.unshift(resolve);
    else pending.push(resolve);
    if (pending.length === 1) setImmediate(next);
  });
}

/** The resolved caller runs before the event loop looks at connections again. */
function next(): void {
  pending.shift()!();
  if (pending.length > 0) setImmediate(next);
}
