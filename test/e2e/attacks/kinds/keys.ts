import { randomBytes } from "node:crypto";
import type { Attack } from "../attack.ts";
import { KEY, PLANTED } from "../secrets.ts";

const text = JSON.stringify({ text: "A great film." });
/** The service's limit, plus one guess under way per attacker. */
const ATTACKERS = 8;
const MAX_GUESSES = 20 + ATTACKERS;

/** Guesses of keys, and secrets in places that a service could repeat. The service has keys. */
export const keys: Attack[] = [
  {
    name: "wrong keys without a pause",
    kind: "keys",
    attackers: ATTACKERS,
    needsKeys: true,
    statuses: [401, 429],
    most: { 401: MAX_GUESSES },
    round: async (target) => {
      const guess = randomBytes(18).toString("base64url");
      await target.post("/sentiment", text, { "x-api-key": guess });
      await target.post("/sentiment", text, { authorization: `Bearer ${guess}` });
      await target.request("GET", "/model", "", { "x-api-key": KEY.slice(0, -1) });
      await target.request("GET", "/sentiment/file/0123456789abcdef", "", {
        authorization: `Basic ${guess}`,
      });
      await target.post("/sentiment/stream", text, {
        "x-api-key": guess,
        "content-type": "application/x-ndjson",
      });
    },
  },
  {
    name: "secrets in headers, paths, queries and bodies",
    kind: "credentials",
    attackers: ATTACKERS,
    needsKeys: true,
    statuses: [400, 401, 404, 405, 415, 421, 422, 429, 200],
    round: async (target) => {
      const own = { "x-api-key": KEY };
      const secrets = { authorization: `Bearer ${PLANTED}`, cookie: `session=${PLANTED}` };
      await target.post("/sentiment", text, secrets);
      await target.post("/sentiment", text, {
        ...own,
        ...secrets,
        "proxy-authorization": `Basic ${PLANTED}`,
      });
      await target.post(`/sentiment?key=${PLANTED}&token=${KEY}`, text, own);
      await target.post(`/${PLANTED}/${KEY}`, text, own);
      await target.request("GET", `/items/${PLANTED}%00`, "", own);
      await target.request("DELETE", `/sentiment?${PLANTED}`, "", own);
      await target.request("GET", `http://user:${PLANTED}@localhost/model`, "", own);
      await target.post("/sentiment", JSON.stringify({ text: PLANTED }), own);
      await target.post("/sentiment", JSON.stringify({ text: { [PLANTED]: KEY } }), own);
      await target.post("/sentiment", `{"text": ${PLANTED}`, own);
      await target.post("/sentiment", text, { ...own, "content-type": `text/${PLANTED}` });
      await target.post("/sentiment", text, { ...own, "x-request-timeout-ms": PLANTED });
      await target.post("/sentiment", text, { ...own, host: `${PLANTED}.example` });
      await target.post("/v2/models/reviews-bilstm/infer", text, {
        ...own,
        "inference-header-content-length": PLANTED,
      });
      await target.request("GET", `/v2/models/${PLANTED}`, "", own);
    },
  },
];
