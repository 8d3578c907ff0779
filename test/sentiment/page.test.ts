import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, describe, test } from "node:test";
import { readArtifact } from "@undertone/models";
import supertest from "supertest";
import { startApp, startAppOver, startScorer } from "../helpers/app.ts";
import { listFile, modelCopy } from "../helpers/model.ts";
import { assertProblem } from "../helpers/problem.ts";

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "form-action 'none'; frame-ancestors 'none'; base-uri 'none'";
const README = `# tiny 1.0.0

| a | b |
| --- | --- |
| 1 | 2 |

![curves](report/curves.svg) ![elsewhere](https://example.org/x.svg) ![up](report/../manifest.svg)

<script>alert(1)</script> [bad](javascript:alert(1))
`;

function modelWithCard({ readme = README, plot = "<svg/>" } = {}): Promise<string> {
  return modelCopy(async (dir) => {
    await writeFile(path.join(dir, "README.md"), readme);
    await mkdir(path.join(dir, "report"));
    await writeFile(path.join(dir, "report/curves.svg"), plot);
    await listFile(dir, "README.md");
    await listFile(dir, "report/curves.svg");
  });
}

describe("GET /", async () => {
  const modelDir = await modelWithCard();
  const app = await startApp({ after }, { modelDir, workers: 1, apiKeys: "a-key-of-24-letters-here" });
  const http = supertest(app.server);

  test("the page needs no key and has its own content security policy, and POST / needs the key", async () => {
    const { headers, text } = await http
      .get("/")
      .expect(200)
      .expect("content-type", /^text\/html/);
    assert.equal(headers["content-security-policy"], POLICY);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["referrer-policy"], "no-referrer");
    assert.match(text, /<h1>Undertone<\/h1>/);
    await http.post("/").send({ inputs: "great" }).expect(401);
    assertProblem(await http.post("/sentiment").send({ text: "great" }), "unauthorized");
  });

  test("everything that the page refers to is served, and nothing is of another host", async () => {
    const seen = new Set(["/"]);
    for (const address of seen) {
      const { text, body, headers } = await http.get(address).expect(200);
      assert.equal(headers["content-security-policy"], POLICY, address);
      const source = text ?? body.toString();
      const found = [
        ...source.matchAll(/(?:from|import) "(\.[^"]+\.js)"/g),
        ...(address === "/" ? source.matchAll(/(?:href|src)="(page\/[^"]+)"/g) : []),
      ];
      for (const [, reference] of found) seen.add(new URL(reference!, `http://x${address}`).pathname);
      if (!address.startsWith("/page/vendor/"))
        assert.doesNotMatch(source, /https?:\/\/(?!www\.w3\.org)/, address);
    }
    const files = (await readdir("services/sentiment/src/http/page/browser")).filter((name) =>
      /\.(js|css|svg)$/.test(name),
    );
    for (const file of files) assert.ok(seen.has(`/page/${file}`), `${file} is served and never asked for`);
    assert.ok(seen.has("/page/vendor/csv-parse.js"));
  });

  test("every file is made once, and a client that has its ETag gets 304", async () => {
    const files: [string, RegExp][] = [
      ["/", /^text\/html/],
      ["/page/main.js", /javascript/],
      ["/page/vendor/csv-parse.js", /javascript/],
      ["/page/card", /^text\/html/],
      ["/page/report/curves.svg", /^image\/svg/],
    ];
    for (const [address, type] of files) {
      const first = await http.get(address).expect(200).expect("content-type", type);
      const { etag } = first.headers;
      assert.match(etag!, /^"[\w-]{22}"$/, address);
      const again = await http.get(address).expect(200).expect("content-type", type).expect("etag", etag!);
      assert.equal(String(again.text ?? again.body), String(first.text ?? first.body));
      assert.equal(again.headers["content-security-policy"], POLICY, address);
      const known = await http.get(address).set("if-none-match", etag!).expect(304).expect("etag", etag!);
      assert.equal(known.headers["content-security-policy"], POLICY, address);
      const length = String(again.headers["content-length"]);
      await http.head(address).expect(200).expect("content-length", length).expect("etag", etag!);
    }
  });

  test("another spelling of an address gets the same answer", async () => {
    const { etag } = (await http.get("/page/report/curves.svg").expect(200)).headers;
    await http.get("/page/report/%63urves.svg?again").set("if-none-match", etag!).expect(304);
  });

  test("the model card is the model's README; its markup and foreign images are shown as text", async () => {
    const { text } = await http
      .get("/page/card")
      .expect(200)
      .expect("content-type", /^text\/html/);
    assert.match(text, /<h3>tiny 1\.0\.0<\/h3>/);
    assert.match(text, /<table>/);
    assert.deepEqual(text.match(/<img [^>]*>/g), ['<img src="page/report/curves.svg" alt="curves">']);
    assert.doesNotMatch(text, /<script|href="javascript|example\.org/);
    await http.get("/page/report/curves.svg").expect(200).expect("content-type", /svg/);
  });

  for (const address of [
    "/page",
    "/page/",
    "/page/nothing.js",
    "/page/vendor/csv-parse.d.ts",
    "/page/..%2froutes.ts",
    "/page/vendor/..%2fmain.js",
    "/page/report/none.svg",
    "/page/report/..%2fmanifest.json",
    "/page/report/..%2f..%2fx.svg",
  ]) {
    test(`${address} is not found`, async () => {
      assertProblem(await http.get(address), "not_found");
    });
  }
});

test("the model card and the plots are rendered once per model", async (t) => {
  const modelDir = await modelWithCard();
  const { config, scorer } = await startScorer(t, { modelDir, workers: 1 });
  const http = supertest((await startAppOver(t, { config, scorer })).app.server);
  const { pages } = scorer.artifact;
  const read = t.mock.method(pages, "get");
  const addresses = ["/page/card", "/page/report/curves.svg"];
  const etags = new Map<string, string>();
  for (const address of addresses) {
    await http.head(address).expect(200);
    for (let n = 0; n < 3; n++) etags.set(address, (await http.get(address).expect(200)).headers.etag!);
  }
  assert.equal(read.mock.callCount(), addresses.length);
  const page = (await http.get("/").expect(200)).headers.etag!;

  const other = await modelWithCard({ readme: "# tiny 1.0.1", plot: "<svg>other</svg>" });
  await scorer.reload(await readArtifact(other));
  for (const address of addresses) {
    const { headers, text, body } = await http
      .get(address)
      .set("if-none-match", etags.get(address)!)
      .expect(200);
    assert.notEqual(headers.etag, etags.get(address));
    assert.match(text ?? String(body), /tiny 1\.0\.1|other/);
  }
  await http.get("/").set("if-none-match", page).expect(304);
});

test("a model without a model card has no such page", async (t) => {
  const app = await startApp(t, { workers: 1 });
  assertProblem(await supertest(app.server).get("/page/card"), "not_found");
});

test("the page does not count for a client's rate", async (t) => {
  const app = await startApp(t, { workers: 1, rateLimitPerMinute: 1 });
  for (let n = 0; n < 3; n++) await supertest(app.server).get("/").expect(200);
  await supertest(app.server).get("/model").expect(200);
});

test("the page has every id that a module uses", async () => {
  const folder = "services/sentiment/src/http/page/browser";
  const html = await readFile(path.join(folder, "index.html"), "utf8");
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(".js"))) {
    const source = await readFile(path.join(folder, file), "utf8");
    for (const [, id] of source.matchAll(/byId\("([\w-]+)"\)/g))
      assert.ok(html.includes(`id="${id}"`), `${file}: ${id}`);
  }
});
