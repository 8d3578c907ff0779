import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { BatchItem } from "@undertone/client";

type Handle = (items: BatchItem[], respond: (status: number) => void) => void;

/**
 * A service with these limits. It answers each batch with `handle`, or else with good results after a
 * moment.
 */
export async function serveBatches(
  t: TestContext,
  limits: { maxBatchItems: number; maxBodyBytes: number },
  handle?: Handle,
) {
  const batches: { items: BatchItem[]; bytes: number }[] = [];
  let now = 0;
  let most = 0;
  let wasCut: () => void;
  const cut = new Promise<void>((resolve) => {
    wasCut = resolve;
  });
  const answer = (response: ServerResponse, status: number, body: unknown) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  const server = createServer(async (request, response) => {
    if (request.url === "/model") return void answer(response, 200, { limits });
    now += 1;
    most = Math.max(most, now);
    response.once("close", () => response.writableFinished || wasCut());
    const body = await text(request);
    const { items } = JSON.parse(body) as { items: BatchItem[] };
    batches.push({ items, bytes: Buffer.byteLength(body) });
    if (handle !== undefined) return handle(items, (status) => answer(response, status, {}));
    await sleep(5);
    now -= 1;
    answer(response, 200, { results: items.map(({ id }) => ({ id, status: "ok" })) });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  /** `cut` resolves when a client disconnects before its batch is answered. */
  return { url, batches, most: () => most, cut };
}
