import { after } from "node:test";
import { only } from "../../helpers/only.ts";
import { writeFigures } from "./figures.ts";
import { ONLY } from "./form.ts";

/**
 * npm run test:resilience [-- --short] [--soak-minutes 30] [--seed 1] [--requests 100000]
 * [--only fuzz,soak]: faults, one after the other, against the real process. Not part of `npm test`:
 * the full form takes minutes, and measures.
 */
const FAULTS = ["overload", "workers", "stop", "restarts", "fuzz", "hostile", "model-files", "soak"];
for (const fault of only(ONLY, FAULTS)) await import(`./${fault}.ts`);
after(writeFigures);
