import { createLogger, readConfig } from "@undertone/base";
import { connectNats, Publisher } from "@undertone/streams";
import { StreamConfigSchema } from "../../../services/sentiment/src/stream-worker/config.ts";
import { openWorker } from "../../../services/sentiment/src/stream-worker/open-worker.ts";

/**
 * A worker that is killed after its n-th score was confirmed and before it acknowledges the review. The
 * argument is n.
 */
const config = readConfig(StreamConfigSchema, process.env);
const log = createLogger(config.logLevel);
const publisher = await Publisher.open(await connectNats(config, { name: "dying", wait: true }));
let left = Number(process.argv[2]);
const { worker } = await openWorker(config, log, {
  publisher: {
    connected: (signal) => publisher.connected(signal),
    publishNewest: async (...message) => {
      const published = await publisher.publishNewest(...message);
      if (--left === 0) process.kill(process.pid, "SIGKILL");
      return published;
    },
  },
});
log.info({ url: "none" }, "takes reviews");
await worker.run();
