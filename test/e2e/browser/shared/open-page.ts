import assert from "node:assert/strict";
import { cp, readdir } from "node:fs/promises";
import path from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { startApp } from "../../../helpers/app.ts";
import { listFile, modelCopy } from "../../../helpers/model.ts";

type After = { after: (f: () => unknown) => void };

/** Debian's Chromium. Its own sandbox wants user namespaces, which a container may not give. */
export async function startBrowser(t: After): Promise<Browser> {
  const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  t.after(() => browser.close());
  return browser;
}

/** The production app over the tiny model, with the published model's card. */
export async function startService(t: After, overrides: Parameters<typeof startApp>[1] = {}) {
  const published = "models/reviews-bilstm";
  const modelDir = await modelCopy(async (dir) => {
    for (const name of ["README.md", "report"])
      await cp(path.join(published, name), path.join(dir, name), { recursive: true });
    const plots = (await readdir(path.join(dir, "report"))).map((name) => `report/${name}`);
    for (const name of ["README.md", ...plots]) await listFile(dir, name);
  });
  const app = await startApp(t, { workers: 1, modelDir, ...overrides });
  return { app, url: await app.listen({ port: 0 }) };
}

/** A page that fails its test, or its suite, when it asks another host, breaks its policy, or throws. */
export async function openPage(
  t: After,
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext(options);
  const faults: string[] = [];
  context.setDefaultTimeout(60_000); // a machine that has other work is slow, not wrong
  const page = await context.newPage();
  page.on("request", (request) => {
    const asked = new URL(request.url());
    if (asked.protocol !== "blob:" && asked.origin !== url) faults.push(`asked ${asked.href}`);
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    const refusal = message.text().startsWith("Failed to load resource"); // an answer that is no success
    if (["error", "warning"].includes(message.type()) && !refusal) faults.push(message.text());
  });
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
      console.error(`policy: ${violatedDirective} ${blockedURI}`),
    );
  });
  t.after(async () => {
    await context.close();
    assert.deepEqual(faults, []);
  });
  await page.goto(url);
  return page;
}

/**
 * The words of this very text are there: what was typed before it, or is still asked for, is not.
 */
export async function wordsOf(page: Page, text: string): Promise<void> {
  const shown = (expected: string) =>
    document.querySelector("#words")?.textContent === expected && !document.querySelector("[aria-busy]");
  await page.waitForFunction(shown, text);
}
