import { after } from "node:test";
import { writeFigures } from "./figures.ts";
import { chosen } from "./form.ts";

/**
 * npm run test:resilience [-- --short] [--soak-minutes 30] [--only fuzz,soak]: faults, one after the other, against the real process.
 * Not part of `npm test`: the full form takes minutes, and measures.
 */
const FAULTS = ["overload", "workers", "stop", "fuzz", "hostile", "model-files", "soak"];
for (const fault of chosen(FAULTS)) await import(`./${fault}.ts`);
after(writeFigures);
