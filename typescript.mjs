import module from "node:module";
import { fileURLToPath } from "node:url";

/**
 * Lets Node run the project's TypeScript: `node --import ./typescript.mjs FILE.ts`.
 *
 * Node 22.18 and newer strip the types themselves, which starts the service in half of the processor time that tsx
 * takes. Older ones get tsx. The compiled code is kept from one start to the next, where Node can do that.
 * typebox.mjs spares the start most of typebox's files.
 */
module.enableCompileCache?.(fileURLToPath(new URL("./node_modules/.cache/node-compile", import.meta.url)));
if (!process.features.typescript) (await import("tsx/esm/api")).register();
if (module.registerHooks) module.registerHooks({ resolve: (await import("./typebox.mjs")).resolve });
else module.register("./typebox.mjs", import.meta.url);
