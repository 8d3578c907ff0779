import { once } from "node:events";
import type { Attack } from "../attack.ts";
import { head } from "../target.ts";

const text = JSON.stringify({ text: "A great film." });
const STREAM = head("POST", "/sentiment/stream", {
  "content-type": "application/x-ndjson",
  "content-length": text.length + 1,
});

/** Requests with foreign origins, hosts and headers. */
export const callers: Attack[] = [
  {
    name: "pages of other origins, and names of other hosts",
    kind: "origins",
    attackers: 8,
    statuses: [403, 421],
    round: async (target) => {
      await target.post("/sentiment", text, { origin: "http://evil.example" });
      await target.post("/v2/models/reviews-bilstm/infer", text, { "sec-fetch-site": "cross-site" });
      await target.post("/sentiment", text, { host: "evil.example" });
      await target.request("GET", "/model", "", { host: "evil.example" });
    },
  },
  {
    name: "bad deadlines, media types, encodings and methods",
    kind: "headers",
    attackers: 8,
    statuses: [400, 404, 405, 415, 431],
    round: async (target) => {
      await target.post("/predict", text, { "x-request-timeout-ms": "abc" });
      await target.post("/v2/models/reviews-bilstm/infer", text, { "x-request-timeout-ms": "-1" });
      await target.post("/sentiment", text, { "content-type": "text/plain" });
      await target.post("/sentiment", text, { "content-encoding": "br" });
      await target.request("DELETE", "/sentiment", text);
      await target.post(`/${"%41".repeat(2_000)}`, text);
      await target.post("/sentiment", text, { a: "b".repeat(20_000) });
    },
  },
  {
    name: "two hosts, HTTP/0.9, and bytes that are no HTTP",
    kind: "headers",
    attackers: 16,
    statuses: [400, 408],
    round: async (target) => {
      const sent = [
        "GET /model HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
        "GET /model\r\n\r\n",
        `${"\u0000\u0016\u0003\u0001".repeat(500)}\r\n\r\n`,
        "POST /sentiment HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
      ];
      for (const bytes of sent) {
        const socket = target.connect({ read: true });
        socket.write(bytes);
        await Promise.race([once(socket, "close"), target.wait(500)]);
        socket.destroy();
      }
    },
  },
  {
    name: "after a stream, a slow body on the same connection",
    kind: "exemptions",
    attackers: 50,
    statuses: [200, 408],
    round: async (target) => {
      const socket = target.connect({ read: true });
      socket.write(`${STREAM}${text}\n`);
      await target.wait(200);
      socket.write(
        head("POST", "/sentiment", { "content-type": "application/json", "content-length": 1_000 }),
      );
      while (!target.over.aborted && !socket.closed) {
        if (socket.writable) socket.write(" ");
        await target.wait(300);
      }
    },
  },
  {
    name: "streams that send a byte every 0.3 s, and no line",
    kind: "exemptions",
    attackers: 50,
    statuses: [200, 408, 503],
    round: async (target) => {
      const socket = target.connect({ read: true });
      socket.write(
        head("POST", "/sentiment/stream", {
          "content-type": "application/x-ndjson",
          "content-length": 100_000,
        }),
      );
      while (!target.over.aborted && !socket.closed) {
        if (socket.writable) socket.write("a");
        await target.wait(300);
      }
    },
  },
];
