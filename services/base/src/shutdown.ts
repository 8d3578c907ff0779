import type { Logger } from "pino";

/** The longest time from a signal to the exit. Work that is left then is abandoned. */
const LAST_CALL_MS = 9_500;

/**
 *   SIGTERM and SIGINT:  close() ── finishes what is held ──> exit 0
 *                        └─ after `graceMs`: giveUp() answers what is still pending, so that close() can end
 *
 * A second signal ends the process at once.
 */
export function closeOnSignal(options: {
  close: () => Promise<void>;
  giveUp: () => void;
  log: Logger;
  graceMs?: number;
}): void {
  const { log, graceMs = 8_000 } = options;
  let closing = false;
  const onSignal = async (signal: NodeJS.Signals) => {
    if (closing) endNow();
    closing = true;
    log.info({ signal }, "closing: no new work is taken, what is held will be finished");
    setTimeout(options.giveUp, graceMs).unref();
    setTimeout(endNow, LAST_CALL_MS).unref();
    try {
      await options.close();
    } catch (error) {
      log.fatal({ err: error }, "closing failed");
      process.exit(1);
    }
    log.info("closed");
    process.exit(0);
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}

/** Not process.exit(), which ends threads during native work and can abort the process. */
function endNow(): void {
  process.kill(process.pid, "SIGKILL");
}
