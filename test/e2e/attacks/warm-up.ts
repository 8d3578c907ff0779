import type { Client } from "../resilience/client.ts";
import { batchBody, review } from "../resilience/reviews.ts";

const ROUNDS = 4;

/**
 * Normal requests of all protocols and sizes. The memory of the process after them is its baseline.
 */
export async function warmUp(client: Client): Promise<void> {
  const batch = batchBody(1, 1_000, 200);
  const lines = Array.from({ length: 2_000 }, (_, n) => JSON.stringify({ text: review(n, 120) })).join("\n");
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all([
      client.post("/sentiment/batch", batch),
      client.post("/sentiment/batch", batch),
      client.post("/sentiment/explain", { text: review(round, 200) }),
      client.post("/sentiment/stream", Buffer.from(lines), { "content-type": "application/x-ndjson" }),
      client.post("/predict", { inputs: review(round, 100) }),
    ]);
    for (const path of ["/openapi.yaml", "/docs/", "/page/card", "/metrics", "/model"])
      await client.get(path);
  }
}
