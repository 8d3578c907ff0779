import v8 from "node:v8";
import { runInNewContext } from "node:vm";

let collect: (() => void) | undefined;

/**
 * Frees what nobody refers to any more, now: V8 knows nothing of the size of what lies outside its
 * heap (a graph, the sessions of workers that have ended), and would keep several old models before
 * it looks.
 */
export function collectGarbage(): void {
  if (collect === undefined) {
    v8.setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}
