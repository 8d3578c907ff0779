import { gzipSync } from "node:zlib";
import type { Attack } from "../attack.ts";

const GZIP = { "content-encoding": "gzip" };
const INFER = "/v2/models/reviews-bilstm/infer";
const texts = Array.from({ length: 1_000 }, () => "a");
const outputs = Array.from({ length: 100_000 }, () => ({ name: "error" }));
const tensor = { name: "text", datatype: "BYTES", shape: [texts.length], data: texts };
const repeated = gzipSync(JSON.stringify({ inputs: [tensor], outputs }), { level: 9 });
const longId = JSON.stringify({ items: [{ id: "i".repeat(4_150_000), text: "A great film." }] });
const manyWords = JSON.stringify({ text: "<".repeat(100_000) });
const strangers = JSON.stringify(
  Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`name ${n}`, n])),
);
const badItems = JSON.stringify({
  items: Array.from({ length: 1_000 }, () => ({ [`${"n".repeat(4_000)}`]: 1 })),
});

/** Requests whose answers could have any size. */
export const answers: Attack[] = [
  {
    name: "one Open Inference output named 100,000 times, packed to 4 KB",
    kind: "answers",
    attackers: 4,
    statuses: [400, 503],
    round: (target) => target.post(INFER, repeated, GZIP),
  },
  {
    name: "an id of 4 MB in a batch",
    kind: "answers",
    attackers: 4,
    statuses: [200, 503],
    round: (target) => target.post("/sentiment/batch", longId),
  },
  {
    name: "explanations of 100,000 tokens",
    kind: "answers",
    attackers: 4,
    statuses: [200, 422, 503, 504],
    round: (target) => target.post("/sentiment/explain", manyWords),
  },
  {
    name: "50,000 unknown members, and 1,000 items with unknown names of 4 KB",
    kind: "answers",
    attackers: 4,
    statuses: [200, 400, 503],
    round: async (target) => {
      await target.post("/sentiment", strangers);
      await target.post("/sentiment/batch", badItems);
    },
  },
];
