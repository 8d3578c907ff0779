import type { Attack } from "./attack.ts";
import { answers } from "./kinds/answers.ts";
import { bodies } from "./kinds/bodies.ts";
import { callers } from "./kinds/callers.ts";
import { keys } from "./kinds/keys.ts";
import { memory } from "./kinds/memory.ts";
import { openRoutes } from "./kinds/open-routes.ts";
import { scoring } from "./kinds/scoring.ts";

export const ATTACKS: readonly Attack[] = [
  ...answers,
  ...openRoutes,
  ...memory,
  ...bodies,
  ...scoring,
  ...callers,
  ...keys,
];
