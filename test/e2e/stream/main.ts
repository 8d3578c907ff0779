import { test } from "node:test";
import { only } from "../../helpers/only.ts";
import { ONLY, SHORT } from "./form.ts";
import { natsServerProgram } from "./nats-server.ts";

/**
 * npm run test:jetstream [-- --short] [--only kill-worker,replay] [--soak-minutes 30]: the stream worker against the real NATS
 * server, one proof after the other. Each prints what was sent, scored, lost, doubled and wrong, and the seconds to recover.
 * Not part of `npm test`: it needs the server's program.
 */
const QUICK = [
  "kill-worker",
  "replay",
  "poison",
  "bad-messages",
  "server-restart",
  "commands",
  "recommender",
];
const PROOFS = [...QUICK, "cluster", "network", "disk-full", "burst", "throughput", "soak"];

if (natsServerProgram() === undefined) {
  test("the stream worker against the real server", {
    skip: "SKIPPED: no nats-server. go install github.com/nats-io/nats-server/v2@latest",
  });
} else {
  for (const proof of only(ONLY, SHORT && ONLY === undefined ? QUICK : PROOFS))
    await import(`./proofs/${proof}.ts`);
}
