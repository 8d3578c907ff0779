import { readConfig } from "@undertone/base";
import { ConfigSchema } from "./config.ts";
import { serve } from "./serve.ts";

/** A fault ends the process with exit code 1 and one line a fault: its reader has no use for a stack. */
try {
  await serve(readConfig(ConfigSchema, process.env));
} catch (error) {
  console.error((error as Error).message.replace(/^/gm, "undertone: "));
  process.exit(1);
}
