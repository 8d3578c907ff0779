import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { after, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { startApp } from "../../helpers/app.ts";
import { startBrowser } from "./shared/open-page.ts";

const KEY = "a-key-of-24-letters-here";

describe("ALLOWED_ORIGINS in Chromium", async () => {
  const allowed = await startSite();
  const other = await startSite();
  const browser = await startBrowser({ after });

  /** A service on a free port, which records its answers by origin. */
  async function startService(apiKeys: string) {
    const app = await startApp({ after }, { workers: 1, allowedOrigins: allowed, apiKeys });
    const answered: string[] = [];
    app.server.on("request", ({ method, headers }, response) => {
      response.on("finish", () => answered.push(`${method} ${headers.origin} ${response.statusCode}`));
    });
    return { url: await app.listen({ port: 0 }), answered };
  }
  const { url, answered } = await startService("");
  const keyed = await startService(KEY);

  async function pageOf(origin: string): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(origin);
    return page;
  }

  test("a page of an allowed origin posts a review and reads the answer and its headers", async () => {
    const page = await pageOf(allowed);
    answered.length = 0;
    const answer = await post(page, url);
    assert.equal(answer.status, 200);
    assert.equal(answer.label, "positive");
    assert.match(answer.timing ?? "", /inferMs/);
    assert.deepEqual(answered, [`OPTIONS ${allowed} 204`, `POST ${allowed} 200`]);
    await page.close();
  });

  test("it may send a key too, and can read the refusal of a wrong one", async () => {
    const page = await pageOf(allowed);
    assert.equal((await post(page, keyed.url, { "x-api-key": KEY })).status, 200);
    assert.equal((await post(page, keyed.url, { authorization: `Bearer ${KEY}` })).status, 200);
    assert.equal((await post(page, keyed.url)).status, 401);
    await page.close();
  });

  test("a page of another origin cannot post, because its preflight is refused", async () => {
    const page = await pageOf(other);
    answered.length = 0;
    assert.match((await post(page, url)).error ?? "", /Failed to fetch/);
    assert.deepEqual(answered, [`OPTIONS ${other} 204`]);
    assert.match((await post(page, keyed.url, { "x-api-key": KEY })).error ?? "", /Failed to fetch/);
    await page.close();
  });

  test("what it sends without a preflight is refused by the service", async () => {
    const page = await pageOf(other);
    answered.length = 0;
    const script = (address: string) =>
      fetch(address, { method: "POST", mode: "no-cors", body: '{"text":"great"}' }).then(
        () => "it may look at nothing of the answer",
        String,
      );
    assert.match(await page.evaluate(script, `${url}/sentiment`), /Failed to fetch/);
    assert.deepEqual(answered, [`POST ${other} 403`]);
    await page.close();
  });
});

/** A web site with one empty page. It is another origin, because it has another port. */
async function startSite(): Promise<string> {
  const server = http.createServer((_request, response) => {
    response.setHeader("content-type", "text/html").end("<!doctype html><title>A site</title>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Posted {
  status?: number;
  label?: string;
  timing?: string | null;
  error?: string;
}

/** Posts a review with a script of the page, and returns what the script can read. */
function post(page: Page, url: string, headers: Record<string, string> = {}): Promise<Posted> {
  const script = async ([address, more]: [string, Record<string, string>]) => {
    try {
      const response = await fetch(address, {
        method: "POST",
        headers: { "content-type": "application/json", ...more },
        body: JSON.stringify({ text: "A great film" }),
      });
      const { label } = await response.json();
      return { status: response.status, label, timing: response.headers.get("server-timing") };
    } catch (error) {
      return { error: String(error) };
    }
  };
  return page.evaluate(script, [`${url}/sentiment`, headers] as [string, Record<string, string>]);
}
