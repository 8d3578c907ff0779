import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import axe from "axe-core";
import type { BrowserContextOptions, Page } from "playwright-core";
import { openPage, startBrowser, startService, wordsOf } from "./shared/open-page.ts";

const looks: [string, BrowserContextOptions][] = [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["a phone", { viewport: { width: 360, height: 740 }, hasTouch: true }],
  ["a phone in the dark", { viewport: { width: 360, height: 740 }, colorScheme: "dark" }],
];

/** Fills the page with everything that it can show. */
async function fill(page: Page): Promise<void> {
  const text = "The film was great. Not dull, not awful: a zyzzyva.";
  await page.fill("#text", text);
  await wordsOf(page, text);
  await page.fill("#lines", "great\nzyzzyva");
  await page.getByRole("button", { name: "Score all" }).click();
  await page.getByRole("link", { name: /^Download/ }).waitFor();
  for (const summary of await page.locator("summary:visible").all()) await summary.click();
  await page.getByRole("heading", { name: "Where it is weak" }).waitFor();
}

/**
 * The rules of WCAG 2.2 AA and axe's good practice. The debugger's eval is not subject to the
 * page's policy. `part`: a selector; without one it is the whole page.
 */
async function violations(page: Page, part = "html"): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  const found = await page.evaluate(
    // What passes is counted by nobody, so axe need not describe each element of it.
    (selector) =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(selector, { resultTypes: ["violations"] }),
    part,
  );
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

describe("the page's accessibility", async () => {
  const browser = await startBrowser({ after });
  const { url } = await startService({ after });

  for (const [look, options] of looks) {
    test(`axe finds nothing, and nothing scrolls sideways, in ${look}`, async (t) => {
      const page = await openPage(t, browser, url, options);
      assert.deepEqual(await violations(page), [], "empty");
      await fill(page);
      assert.deepEqual(await violations(page), [], "filled");
      const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.equal(wide, screen);
      await page.fill("#text", "zyzzyva");
      await page.locator("#one-error").getByText("none of these words").waitFor();
      assert.deepEqual(await violations(page, "section.one"), [], "an error");
    });
  }

  test("the keyboard alone scores, opens, is not trapped, and shows the focus", async (t) => {
    const page = await openPage(t, browser, url);
    const focused = () =>
      page.evaluate(() => {
        const { activeElement } = document;
        const { outlineStyle, outlineWidth } = getComputedStyle(activeElement!);
        return {
          name: `${activeElement!.tagName} ${activeElement!.id || activeElement!.textContent!.trim().slice(0, 30)}`,
          seen: outlineStyle !== "none" && outlineWidth !== "0px",
        };
      });
    await page.keyboard.press("Tab");
    assert.match((await focused()).name, /^A Skip to the text box/);
    await page.keyboard.press("Enter");
    assert.equal((await focused()).name, "TEXTAREA text");
    await page.keyboard.type("A great film");
    await page.keyboard.press("Control+Enter");
    await wordsOf(page, "A great film");
    const visited: string[] = [];
    for (;;) {
      await page.keyboard.press("Tab");
      const { name, seen } = await focused();
      if (name.startsWith("BODY") || visited.includes(name)) break;
      assert.ok(seen, `${name} shows no focus`);
      visited.push(name);
      if (name.startsWith("SUMMARY The words")) await page.keyboard.press("Enter");
      if (name === "TEXTAREA lines") await page.keyboard.type("great");
    }
    const all = visited.join("\n");
    for (const stop of [
      /BUTTON Score/,
      /SUMMARY The words/,
      /SECTION/,
      /TEXTAREA lines/,
      /INPUT file/,
      /BUTTON Score all/,
      /INPUT/,
      /BUTTON copy/,
      /SUMMARY How it was made/,
    ])
      assert.match(all, stop);
  });

  test("with reduced motion or more contrast nothing is lost", async (t) => {
    const page = await openPage(t, browser, url, { reducedMotion: "reduce", forcedColors: "active" });
    await fill(page);
    assert.ok(await page.locator("#words .for").first().isVisible());
  });
});
