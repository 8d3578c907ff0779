import { createLogger, readConfig } from "@undertone/base";
import { Scorer } from "../../../services/sentiment/src/scoring/scorer.ts";
import { StreamConfigSchema } from "../../../services/sentiment/src/stream-worker/config.ts";
import { openWorker } from "../../../services/sentiment/src/stream-worker/open-worker.ts";

/**
 * A worker whose process dies when it scores a text with the word in the argument, as after a fault in
 * native code.
 */
const [, , poison = ""] = process.argv;
const { score } = Scorer.prototype;
Scorer.prototype.score = function (texts, ...rest) {
  if (texts.some((text) => text.includes(poison))) process.kill(process.pid, "SIGKILL");
  return score.call(this, texts, ...rest);
};
const config = readConfig(StreamConfigSchema, process.env);
const log = createLogger(config.logLevel);
const { worker } = await openWorker(config, log);
log.info({ url: "none" }, "takes reviews");
await worker.run();
