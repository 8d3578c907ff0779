import os from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { buildNeighbours } from "../ranking/neighbours.ts";
import { openDatabase } from "../storage/database.ts";
import { FeedbackStore } from "../storage/feedback.ts";
import type { BuildData, Built } from "./builder.ts";
import { Pairs } from "./pairs.ts";

// On Linux this sets the priority of this thread only, so that the event loop keeps its share of a
// busy processor.
if (process.platform === "linux") os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);

/**
 * The thread reads all pairs through its own connection, builds the neighbours, transfers them to
 * the main thread, and ends.
 */
const { database, items } = workerData.data as BuildData;
const start = performance.now();
const db = openDatabase(database);
const pairs = new Pairs(items);
for await (const page of new FeedbackStore(db).pairs()) pairs.add(page);
await db.destroy();
const { users, itemIndices, userCount } = pairs.columns();
const neighbours = buildNeighbours(users, itemIndices, userCount, items.length);
const built: Built = { neighbours, pairs: users.length, users: userCount, ms: performance.now() - start };
parentPort!.postMessage(built, [
  neighbours.offsets.buffer,
  neighbours.items.buffer,
  neighbours.similarities.buffer,
]);
