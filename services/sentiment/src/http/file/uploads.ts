import { Problem } from "@undertone/base";
import { LRUCache } from "lru-cache";
import Type from "typebox";
import { FileSummary } from "./summary.ts";

const KEPT_MS = 600_000;
/** The number of uploads that are remembered. The least recently used one is forgotten first. */
const MAX_UPLOADS = 10_000;

export const UploadState = Type.Object(
  {
    state: Type.Enum(["running", "complete", "failed"]),
    received: Type.Integer({ description: "The number of bytes received." }),
    processed: Type.Integer({ description: "The number of received bytes that have been read into rows." }),
    ...FileSummary.properties,
  },
  { additionalProperties: false, title: "UploadState" },
);
export type UploadState = Type.Static<typeof UploadState>;

/** The progress of each upload that has an id. It holds counts, and no content of the files. */
export class Uploads {
  readonly #states = new LRUCache<string, { running: boolean; look: () => UploadState }>({
    max: MAX_UPLOADS,
    ttl: KEPT_MS,
  });

  /** @throws Problem `invalid_query` if an upload with this id is running */
  begin(id: string, look: () => UploadState): void {
    if (this.#states.get(id)?.running)
      throw new Problem(
        "invalid_query",
        "id: expected a name that no running upload has, got the name of a running upload.",
      );
    this.#states.set(id, { running: true, look }, { ttl: 0 });
  }

  /** Keeps the final counts only. */
  end(id: string, state: UploadState): void {
    this.#states.set(id, { running: false, look: () => state });
  }

  get(id: string): UploadState {
    const found = this.#states.get(id);
    if (found === undefined) throw new Problem("not_found", "This replica knows no upload with this id.");
    return found.look();
  }
}
