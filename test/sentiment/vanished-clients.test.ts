import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startApp } from "../helpers/app.ts";

const HEADS = {
  stream: "POST /sentiment/stream HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-ndjson\r\n",
  file: "POST /sentiment/file HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/csv\r\n",
  batch: "POST /sentiment/batch HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n",
};
const BATCH = JSON.stringify({ items: Array.from({ length: 200 }, () => ({ text: "A great film." })) });
const FIRST: Record<string, string> = {
  nothing: "",
  "a batch": `${HEADS.batch}content-length: ${BATCH.length}\r\n\r\n${BATCH}`,
  "a stream": `${HEADS.stream}content-length: 17\r\n\r\n{"text":"great"}\n`,
};

describe("clients that disconnect before the answer begins end nothing but their request", async () => {
  const app = await startApp({ after }, { workers: 1 });
  const url = await app.listen({ port: 0 });
  const { port } = app.server.address() as net.AddressInfo;
  for (const [what, first] of Object.entries(FIRST))
    for (const route of ["stream", "file"] as const)
      for (const encoding of ["", "content-encoding: gzip\r\n"])
        test(`${what}, then a ${route} ${encoding}`, async () => {
          for (let ms = 0; ms < 20; ms++) {
            const socket = net.connect(port, "127.0.0.1");
            socket.on("error", () => {});
            await once(socket, "connect");
            socket.write(`${first}${HEADS[route]}${encoding}content-length: 100\r\n\r\n{"text":"great"}\n`);
            await sleep(ms);
            if (ms % 2) socket.resetAndDestroy();
            else socket.destroy();
          }
          await sleep(200);
          assert.equal((await fetch(`${url}/livez`)).status, 200);
        });
});
