import os from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { buildNeighbours } from "../ranking/neighbours.ts";
import { openDatabase } from "../storage/database.ts";
import { FeedbackStore } from "../storage/feedback.ts";
import type { BuildData, Built } from "./builder.ts";
import { Pairs } from "./pairs.ts";

// On Linux this sets the priority of this thread alone: the event loop goes first when cores are
// busy.
if (process.platform === "linux") os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);

/**
 * Reads all pairs through a connection of its own, builds the neighbours, transfers them, and ends.
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
