import type { Attack } from "../attack.ts";
import { head } from "../target.ts";

const BODY = 4_190_000;
const batch = Buffer.from(
  JSON.stringify({
    items: Array.from({ length: 1_000 }, (_, n) => ({
      id: `${n}`.repeat(60).slice(0, 200),
      text: "A great film.",
    })),
  }),
);
const letters = JSON.stringify({ items: Array.from({ length: 1_000 }, () => ({ text: "a" })) });
const unfinished = Buffer.from(
  head("POST", "/sentiment", { "content-type": "application/json", "content-length": BODY }) +
    " ".repeat(BODY - 10_000),
);
const BATCH_HEAD = head("POST", "/sentiment/batch", {
  "content-type": "application/json",
  "content-length": batch.length,
});

/** Many requests that are within the limits each, and need much memory together. */
export const memory: Attack[] = [
  {
    name: "200 bodies of 4 MB that do not end",
    kind: "memory",
    attackers: 200,
    statuses: [408, 503],
    knownDelayMs: 600, // 800 MB at a time through the sockets of a machine with two cores
    round: async (target) => {
      const socket = target.connect({ read: true });
      socket.write(unfinished);
      await new Promise<void>((resolve) => {
        socket.once("close", resolve);
        void target.wait(60_000).then(resolve);
      });
      await target.wait(200);
    },
  },
  {
    name: "100 clients that do not read their answers",
    kind: "memory",
    attackers: 100,
    statuses: [200, 503],
    round: async (target) => {
      const socket = target.connect({ read: false });
      socket.pause();
      socket.write(Buffer.concat([Buffer.from(BATCH_HEAD), batch]));
      await target.wait(500);
    },
  },
  {
    name: "1,000 batches at a time, of 1,000 texts of one letter",
    kind: "memory",
    attackers: 1_000,
    statuses: [200, 503, 504],
    round: (target) => target.post("/sentiment/batch", letters),
  },
  {
    name: "2,000 connections that say nothing, or half a head",
    kind: "memory",
    attackers: 2,
    statuses: [408],
    round: async (target) => {
      for (let n = 0; n < 1_000 && !target.over.aborted; n++) {
        const socket = target.connect({ read: true });
        if (n % 2 === 0) socket.write("POST /sentiment HTTP/1.1\r\nhost: localhost\r\na: ");
        if (n % 50 === 0) await target.wait(20);
      }
      await target.wait(60_000);
    },
  },
];
