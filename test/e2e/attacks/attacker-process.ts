import { setMaxListeners } from "node:events";
import { availableParallelism, constants, setPriority } from "node:os";
import { ATTACKS } from "./attacks.ts";
import { Target } from "./target.ts";

/**
 * Attacks from its own process, so that the measuring process stays idle. It receives
 * `{ name, port, ms }` and answers with the statuses of the service's answers.
 */
interface Order {
  name: string;
  port: number;
  ms: number;
}

// In reality the attacker has its own machine. On a small one it must not take the processor from
// the service.
if (availableParallelism() < 8) setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

process.on("message", async ({ name, port, ms }: Order) => {
  const attack = ATTACKS.find((one) => one.name === name)!;
  const end = new AbortController();
  setMaxListeners(0, end.signal); // Every waiting attacker adds a listener.

  const target = new Target(port, end.signal);
  const timer = setTimeout(() => {
    end.abort();
    target.close();
  }, ms);
  await Promise.all(
    Array.from({ length: attack.attackers }, async () => {
      while (!end.signal.aborted) {
        await attack.round(target);
        await new Promise(setImmediate);
      }
    }),
  );
  clearTimeout(timer);
  process.send!({ statuses: target.statuses });
});
process.send!("ready");
