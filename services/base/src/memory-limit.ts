import { totalmem } from "node:os";
import { getHeapStatistics } from "node:v8";

/** Of the process's memory. A byte of a body costs up to four bytes while it is parsed and scored. */
const PART_OF_MEMORY = 1 / 8;
/** Of the JavaScript heap, where the strings of parsed bodies and of answers are. */
const PART_OF_HEAP = 1 / 4;
/** So many of the largest bodies fit into any budget: no legal request is refused for ever. */
const LARGEST_BODIES = 4;

/**
 * Bytes that requests and answers may hold together: what is configured, or what the memory allows. The memory is the
 * container's limit (cgroup) where there is one.
 */
export function bytesInFlight(configured: number, maxBodyBytes: number): number {
  if (configured > 0) return Math.max(configured, maxBodyBytes);
  // Without a limit Node answers with 0 or with a number that exceeds the machine's memory.
  const memory = Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem());
  const heap = getHeapStatistics().heap_size_limit;
  const allowed = Math.min(memory * PART_OF_MEMORY, heap * PART_OF_HEAP);
  return Math.max(Math.floor(allowed), LARGEST_BODIES * maxBodyBytes);
}
