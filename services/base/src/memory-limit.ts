import { totalmem } from "node:os";
import { getHeapStatistics } from "node:v8";

/**
 * The part of the process's memory. One byte of a body needs up to four bytes while it is parsed
 * and scored, and the allocator keeps as many for a while.
 */
const PART_OF_MEMORY = 1 / 16;
/** The part of the JavaScript heap, which holds the strings of parsed bodies and of answers. */
const PART_OF_HEAP = 1 / 8;
/**
 * Every budget has room for this many of the largest bodies, so that no valid request is refused
 * forever.
 */
const LARGEST_BODIES = 4;

/**
 * Node's heap is half of a container's memory, so a smaller configured heap stands for less memory.
 */
const MEMORY_PER_HEAP = 2;

/** The memory that the process may use, in bytes. */
export function availableMemory(): number {
  return Math.min(machineMemory(), MEMORY_PER_HEAP * getHeapStatistics().heap_size_limit);
}

/** Without a cgroup limit Node returns 0, or a number above the machine's memory. */
function machineMemory(): number {
  return Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem());
}

/**
 * The bytes that requests and answers may hold together: the configured number, or a part of the
 * memory. The memory is the container's cgroup limit, if there is one.
 */
export function bytesInFlight(configured: number, maxBodyBytes: number): number {
  if (configured > 0) return Math.max(configured, maxBodyBytes);
  const heap = getHeapStatistics().heap_size_limit;
  const allowed = Math.min(machineMemory() * PART_OF_MEMORY, heap * PART_OF_HEAP);
  return Math.max(Math.floor(allowed), LARGEST_BODIES * maxBodyBytes);
}
