import { Problem } from "@undertone/base";
import { LRUCache } from "lru-cache";
import Type from "typebox";
import { FileSummary } from "./summary.ts";

const KEPT_MS = 600_000;
/** Uploads that are known; the one not asked for or changed for longest is forgotten first. */
const MOST_UPLOADS = 10_000;

export const UploadState = Type.Object(
  {
    state: Type.Enum(["running", "complete", "failed"]),
    received: Type.Integer({ description: "Bytes that have come." }),
    processed: Type.Integer({ description: "Bytes of them that have been read into rows." }),
    ...FileSummary.properties,
  },
  { additionalProperties: false, title: "UploadState" },
);
export type UploadState = Type.Static<typeof UploadState>;

/** How far each named upload is. It knows counts only, and nothing of what is in the files. */
export class Uploads {
  readonly #states = new LRUCache<string, { running: boolean; look: () => UploadState }>({
    max: MOST_UPLOADS,
    ttl: KEPT_MS,
  });

  /** @throws Problem `invalid_query` where an upload of this name is running */
  begin(id: string, look: () => UploadState): void {
    if (this.#states.get(id)?.running)
      throw new Problem(
        "invalid_query",
        "id: expected a name of its own, got that of an upload that is running.",
      );
    this.#states.set(id, { running: true, look }, { ttl: 0 });
  }

  /** Only what it came to is kept. */
  end(id: string, state: UploadState): void {
    this.#states.set(id, { running: false, look: () => state });
  }

  get(id: string): UploadState {
    const found = this.#states.get(id);
    if (found === undefined) throw new Problem("not_found", "No upload of this id is known here.");
    return found.look();
  }
}
