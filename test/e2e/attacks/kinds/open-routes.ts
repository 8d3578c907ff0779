import { once } from "node:events";
import type { Attack } from "../attack.ts";
import { head, type Target } from "../target.ts";

const PIPELINED = 400;
const PATHS = ["/openapi.yaml", "/metrics", "/docs/static/swagger-ui-bundle.js", "/page/card"];

/** Sends many requests in one write and reads the answers. */
async function pipeline(target: Target, requests: string): Promise<void> {
  const socket = target.connect({ read: true });
  socket.write(requests);
  await Promise.race([once(socket, "close"), target.wait(1_000)]);
  socket.destroy();
}

/** Pipelined requests to routes that need no key. */
export const openRoutes: Attack[] = [
  ...PATHS.map(
    (path): Attack => ({
      name: `${PIPELINED} requests for ${path} in one write`,
      kind: "open-routes",
      attackers: 2,
      statuses: [200, 429],
      round: (target) => pipeline(target, head("GET", path).repeat(PIPELINED)),
    }),
  ),
  {
    name: "/metrics and /openapi.yaml asked without a pause",
    kind: "open-routes",
    attackers: 16,
    statuses: [200, 429],
    round: async (target) => {
      await target.request("GET", "/metrics", "");
      await target.request("GET", "/openapi.yaml", "");
    },
  },
];
