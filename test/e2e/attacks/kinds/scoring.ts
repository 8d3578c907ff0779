import { batchBody, review } from "../../resilience/reviews.ts";
import type { Attack } from "../attack.ts";

const explained = JSON.stringify({ text: review(1, 390) });
const batch = batchBody(3, 1_000, 200);
const evil = JSON.stringify({
  items: Array.from({ length: 40 }, () => ({ text: "e\u0301\u0316\u034f".repeat(25_000) })),
});

/** Valid requests with the largest possible amount of work. */
export const scoring: Attack[] = [
  {
    name: "explanations of 390 words without a pause",
    kind: "cost",
    attackers: 8,
    statuses: [200, 429, 503, 504],
    round: (target) => target.post("/sentiment/explain", explained),
  },
  {
    name: "batches of 1,000 reviews without a pause",
    kind: "cost",
    attackers: 8,
    statuses: [200, 429, 503, 504],
    round: (target) => target.post("/sentiment/batch", batch),
  },
  {
    name: "batches of 40 texts of 100,000 combining marks",
    kind: "cost",
    attackers: 8,
    statuses: [200, 400, 413, 429, 503, 504],
    round: (target) => target.post("/sentiment/batch", evil),
  },
];
