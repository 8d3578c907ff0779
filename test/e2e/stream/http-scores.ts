import type { TestContext } from "node:test";
import { listening, start } from "../../helpers/process.ts";
import type { Review } from "./reviews.ts";

/** What the service answers over HTTP for each review: id to score. */
export async function scoresOverHttp(t: TestContext, all: readonly Review[]): Promise<Map<string, number>> {
  const service = start(t, ["serve"], { LOG_LEVEL: "info" });
  const url = await listening(service);
  const scores = new Map<string, number>();
  for (let first = 0; first < all.length; first += 1_000) {
    const body = JSON.stringify({ items: all.slice(first, first + 1_000) });
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${url}/sentiment/batch`, { method: "POST", headers, body });
    const { results } = (await response.json()) as { results: { id: string; score: number }[] };
    for (const { id, score } of results) scores.set(id, score);
  }
  service.child.kill("SIGKILL");
  await service.ended;
  return scores;
}
