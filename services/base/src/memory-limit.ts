import { totalmem } from "node:os";
import { getHeapStatistics } from "node:v8";

/**
 * Of the process's memory. A byte of a body costs up to four bytes while it is parsed and scored,
 * and as many again stay with the allocator for a while.
 */
const PART_OF_MEMORY = 1 / 16;
/** Of the JavaScript heap, where the strings of parsed bodies and of answers are. */
const PART_OF_HEAP = 1 / 8;
/** So many of the largest bodies fit into any budget: no legal request is refused for ever. */
const LARGEST_BODIES = 4;

/**
 * Node gives its heap half of a container's memory: a heap that was set lower stands for less
 * memory, too.
 */
const MEMORY_PER_HEAP = 2;

/** What the process may use, in bytes. */
export function availableMemory(): number {
  return Math.min(machineMemory(), MEMORY_PER_HEAP * getHeapStatistics().heap_size_limit);
}

/**
 * Without a limit (cgroup) Node answers with 0 or with a number that exceeds the machine's memory.
 */
function machineMemory(): number {
  return Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem());
}

/**
 * Bytes that requests and answers may hold together: what is configured, or what the memory allows.
 * The memory is the container's limit (cgroup) where there is one.
 */
export function bytesInFlight(configured: number, maxBodyBytes: number): number {
  if (configured > 0) return Math.max(configured, maxBodyBytes);
  const heap = getHeapStatistics().heap_size_limit;
  const allowed = Math.min(machineMemory() * PART_OF_MEMORY, heap * PART_OF_HEAP);
  return Math.max(Math.floor(allowed), LARGEST_BODIES * maxBodyBytes);
}
