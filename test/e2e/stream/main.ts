import { describe, test } from "node:test";
import { only } from "../../helpers/only.ts";
import { ONLY, SHORT } from "./form.ts";
import { natsServerProgram } from "./nats-server.ts";

/**
 * `npm run test:jetstream [-- --short] [--only kill-worker,replay] [--soak-minutes 30]` tests the stream
 * worker on a real NATS server, one proof after the other. Each proof prints the numbers of reviews
 * sent, scored, lost, doubled and wrong, and the seconds to recover. It is not part of `npm test`,
 * because it needs the server's program.
 */
const QUICK = [
  "kill-worker",
  "poison",
  "server-restart",
  "replay",
  "commands",
  "bad-messages",
  "secure",
  "recommender",
];
const PROOFS = [...QUICK, "cluster", "network", "disk-full", "burst", "throughput", "soak"];

if (natsServerProgram() === undefined) {
  test("the stream worker against the real server", {
    skip: "SKIPPED: no nats-server. go install github.com/nats-io/nats-server/v2@latest",
  });
} else {
  // Each proof has servers of its own. Most of a proof is waiting, so the short form runs two at
  // once; the long one runs them one by one, since its figures are published.
  describe("the stream worker against the real server", { concurrency: SHORT ? 2 : 1 }, async () => {
    for (const proof of only(ONLY, SHORT && ONLY === undefined ? QUICK : PROOFS))
      await import(`./proofs/${proof}.ts`);
  });
}
