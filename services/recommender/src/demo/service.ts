import type { Static } from "typebox";
import type { Recommendations } from "../http/routes/get-recommendations.ts";
import type { FeedbackResult } from "../http/routes/post-feedback.ts";
import type { SentItem } from "./corpus.ts";

/** A client of the running recommender. */
export class Service {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async send(items: SentItem[]): Promise<Static<typeof FeedbackResult>["results"]> {
    const { results } = (await this.#json("/feedback", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ items }),
    })) as Static<typeof FeedbackResult>;
    return results;
  }

  async recommendations(user: string, n: number): Promise<Static<typeof Recommendations>["recommendations"]> {
    const answer = await this.#json(`/users/${encodeURIComponent(user)}/recommendations?n=${n}`);
    return (answer as Static<typeof Recommendations>).recommendations;
  }

  /** The value of a metric without labels; NaN if there is no such metric. */
  async metric(name: string): Promise<number> {
    const text = await (await this.#fetch("/metrics")).text();
    return Number(new RegExp(`^${name} (.+)$`, "m").exec(text)?.[1] ?? Number.NaN);
  }

  async #json(path: string, init?: RequestInit): Promise<unknown> {
    return (await this.#fetch(path, init)).json();
  }

  async #fetch(path: string, init?: RequestInit): Promise<Response> {
    const response = await fetch(`${this.#url}${path}`, init).catch(() => {
      throw new Error(
        `nobody answers at ${this.#url}: run \`npm start\` and \`npm run start:recommender\` first`,
      );
    });
    if (response.ok) return response;
    throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  }
}
