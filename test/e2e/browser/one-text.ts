import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, describe, test } from "node:test";
import { promisify } from "node:util";
import supertest from "supertest";
import { LONG_TEXT } from "../../helpers/model.ts";
import { openPage, startBrowser, startService, wordsOf } from "./shared/open-page.ts";

const run = promisify(execFile);
const KEY = "a-key-of-24-letters-here";

const browser = await startBrowser({ after });

describe("one review in a browser", async () => {
  const { app, url } = await startService({ after });

  test("typing gives the score that a recommender is sent, and the words that made it", async (t) => {
    const page = await openPage(t, browser, url);
    const text = "The film was great, and 🎬 not dull.";
    await page.getByLabel("Write or paste a review").pressSequentially(text);
    await wordsOf(page, text);
    const { body } = await supertest(app.server).post("/sentiment").send({ text });
    assert.equal(await page.locator("#score").textContent(), body.score.toFixed(4));
    assert.equal(await page.locator("#label").textContent(), body.label);
    assert.match((await page.locator("#one-status").textContent())!, /^positive, \d+\.\d percent sure$/);
    assert.ok((await page.locator("#words .for").allTextContents()).includes("great"));
    assert.ok((await page.locator("#words .against").allTextContents()).includes("dull"));
    assert.equal(await page.locator("#words-rows tr").first().locator("th").textContent(), "great");
    assert.deepEqual(JSON.parse((await page.locator("#raw").textContent())!), body);
    assert.equal(await page.locator("#model").textContent(), "tiny 1.0.0 on cpu");
  });

  test("a text that the model reads in part, and words it does not know, are told", async (t) => {
    const page = await openPage(t, browser, url);
    await page.fill("#text", `${LONG_TEXT} zyzzyva`);
    await page.getByRole("button", { name: "Score", exact: true }).click();
    await page.getByText("the model read 256 of its 301 words").waitFor();
    await page.fill("#text", "A great zyzzyva");
    await page.getByText("1 of 3 words and signs are unknown to the model.").waitFor();
    await wordsOf(page, "A great zyzzyva");
    assert.equal(await page.locator("#words .unknown").textContent(), "zyzzyva");
  });

  test("a text that cannot be scored is refused in words that a person understands", async (t) => {
    const page = await openPage(t, browser, url);
    await page.fill("#text", "zyzzyva");
    const alert = page.locator("#one-error");
    await alert.getByText("The model knows none of these words.").waitFor();
    assert.equal(await page.locator("#result").isVisible(), false);
    await page.fill("#text", "great");
    await page.locator("#result").waitFor();
    assert.equal(await alert.textContent(), "");
  });

  test("the score is shown without its reasons where the service is too busy for them", async (t) => {
    const page = await openPage(t, browser, url);
    await page.route("**/sentiment/explain", (route) =>
      route.fulfill({ status: 503, json: { code: "overloaded" } }),
    );
    await page.fill("#text", "great");
    await page.getByText("The words could not be explained. The service is busy").waitFor();
    assert.equal(await page.locator("#why").isVisible(), false);
  });

  test("the lines for curl, TypeScript and Python do what the page did", async (t) => {
    const page = await openPage(t, browser, url);
    const text = 'It\'s "great" 🎬, \\ not\nbad';
    await page.fill("#text", text);
    const { body } = await supertest(app.server).post("/sentiment").send({ text });
    const programs = {
      curl: (line: string) => run("bash", ["-c", line]),
      TypeScript: (line: string) =>
        run("node", [
          "--import",
          "./typescript.mjs",
          "--input-type=module",
          "-e",
          line.replace("await answer.json()", "JSON.stringify($&)"),
        ]),
      Python: (line: string) =>
        run("python3", ["-c", line.replace("print(", "print(json.dumps(").replace(/\)$/, "))")]),
    };
    for (const [language, program] of Object.entries(programs)) {
      await page.getByLabel(language).check();
      const { stdout } = await program((await page.locator("#snippet").textContent())!);
      assert.deepEqual(JSON.parse(stdout), body, language);
    }
  });

  test("the copy button copies what stands there", async (t) => {
    const page = await openPage(t, browser, url, { permissions: ["clipboard-read", "clipboard-write"] });
    await page.fill("#text", "A dull film");
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByText("Copied.").waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, await page.locator("#snippet").innerText());
    assert.match(copied, /A dull film/);
  });

  test("the card opens with its plots", async (t) => {
    const page = await openPage(t, browser, url);
    await page.getByText("How it was made").click();
    await page.getByRole("heading", { name: "Where it is weak" }).waitFor();
    await page.waitForFunction(() =>
      [...document.images].every(({ complete, naturalWidth }) => complete && naturalWidth > 0),
    );
    assert.ok((await page.locator("#card-body img").count()) >= 5);
  });

  test("what the service does now is shown, and not asked for while nobody looks", async (t) => {
    const page = await openPage(t, browser, url);
    let asked = 0;
    page.on("request", (request) => {
      if (request.url().endsWith("/metrics")) asked++;
    });
    await page.getByText("updated every 2 seconds").waitFor();
    await supertest(app.server).post("/sentiment").send({ text: "great" });
    await page
      .locator("#p99")
      .getByText(/^[\d.]+ ms$/)
      .waitFor();
    await page.evaluate(() => {
      Object.defineProperty(document, "hidden", { value: true });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    const before = asked;
    await page.waitForTimeout(2500);
    assert.equal(asked, before);
  });
});

test("a service with keys asks for one, and the page keeps it for the tab alone", async (t) => {
  const { url } = await startService(t, { apiKeys: KEY });
  const page = await openPage(t, browser, url);
  await page.getByLabel("API key").fill("another-key-of-24-letters");
  await page.getByRole("button", { name: "Use this key" }).click();
  await page.getByRole("status").getByText("needs an API key").waitFor();
  await page.getByLabel("API key").fill(KEY);
  await page.getByLabel("API key").press("Enter");
  await page.getByText("The key is right.").waitFor();
  await page.reload();
  await page.fill("#text", "great");
  await page.locator("#result").waitFor();
  assert.match((await page.locator("#snippet").textContent())!, /x-api-key: \$UNDERTONE_KEY/);
  assert.equal(await page.evaluate(() => localStorage.length + document.cookie.length), 0);
});

test("a service that has gone is told as such", async (t) => {
  const { app, url } = await startService(t);
  const page = await openPage(t, browser, url);
  await page.getByText("updated every 2 seconds").waitFor();
  await app.close();
  await page.fill("#text", "great");
  await page.locator("#one-error").getByText("The service does not answer.").waitFor();
  await page.locator("#activity-note").getByText("The service does not answer.").waitFor();
});
