import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { bundleOptions } from "../../docker/bundle-options.ts";
import { packNgrams, readNgrams } from "../../docker/bundle-plugins/ngram-table.ts";

/** Bundles a source as the images' programs are bundled, or without the plugins. */
async function bundled(t: TestContext, source: string, plain = false) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "undertone-bundle-"));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(path.join(folder, "package.json"), '{"type":"module"}');
  const { entryPoints: _, ...options } = bundleOptions({ entryPoints: [], external: [], outdir: folder });
  const stdin = {
    contents: source,
    resolveDir: path.resolve("services/sentiment"),
    sourcefile: "program.js",
  };
  await build({ ...options, stdin, entryNames: "program", ...(plain && { plugins: [] }) });
  return { folder, program: await import(pathToFileURL(path.join(folder, "program.js")).href) };
}

/** Article 1 of the Universal Declaration of Human Rights in several languages, and other texts. */
const TEXTS = [
  "All human beings are born free and equal in dignity and rights.",
  "Tous les êtres humains naissent libres et égaux en dignité et en droits.",
  "Alle Menschen sind frei und gleich an Würde und Rechten geboren.",
  "Todos los seres humanos nacen libres e iguales en dignidad y derechos.",
  "Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti.",
  "Todos os seres humanos nascem livres e iguais em dignidade e em direitos.",
  "Alle mennesker er født frie og lige i værdighed og rettigheder.",
  "Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan.",
  "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar.",
  "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw.",
  "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv.",
  "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền.",
  "Все люди рождаются свободными и равными в своем достоинстве и правах.",
  "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια.",
  "すべての人間は、生れながらにして自由であり、かつ、尊厳と権利とについて平等である。",
  "人人生而自由,在尊严和权利上一律平等。",
  "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता प्राप्त है।",
  "",
  "constructor __proto__ toString",
  "12345 !!! \u{1f31f}\u{1f31f}",
];

test("a bundle's language detector has the same n-grams and scores as its package", async () => {
  const file = pathToFileURL(path.resolve("node_modules/eld/src/ngrams/extrasmall.js"));
  const { ngrams } = (await import(file.href)).ngramsData as {
    ngrams: Record<string, Record<number, number>>;
  };
  const packed = packNgrams(ngrams);
  const read = readNgrams(packed);
  const keys = Object.keys(ngrams);
  assert.ok(keys.length > 10_000);
  for (const key of keys) assert.deepEqual(read[key], ngrams[key], key);
  for (const key of ["", "zzzzzz", `${keys[0]}\0`, `${keys[0]}zzzzzz`, "constructor", "\u0164\u0165"])
    assert.equal(read[key], undefined, key);
  assert.ok(packed.length < 1_000_000, `${packed.length} bytes`);
});

test("a bundle detects the language that its package detects", async (t) => {
  const source = `export { eld } from ${JSON.stringify("eld/extrasmall")};`;
  const { program, folder } = await bundled(t, source);
  const { program: plain } = await bundled(t, source, true);
  for (const text of TEXTS) {
    const [found, expected] = [program.eld.detect(text), plain.eld.detect(text)];
    assert.equal(found.language, expected.language, text);
    assert.deepEqual(found.getScores(), expected.getScores(), text);
  }
  const sizes = await Promise.all(
    (await readdir(folder)).map(async (file) => (await readFile(path.join(folder, file))).length),
  );
  const total = sizes.reduce((sum, size) => sum + size);
  assert.ok(total < 1_000_000, `${total} bytes: the n-grams are in their own form too`);
});

test("a bundle's source has no character above U+00FF, and gives the same results", async (t) => {
  const source = [
    "const raw = String.raw`[“”…]|\\p{L}`;",
    'export const found = (text) => [text.match(/[★⭐🌟]|µ/gu), text.match(new RegExp(raw, "gu"))];',
    'export const text = "★ … 🌟"; // a comment with ™',
  ].join("\n");
  const { program, folder } = await bundled(t, source);
  assert.deepEqual(program.found("★ 🌟 µ … “a”"), [
    ["★", "🌟", "µ"],
    ["µ", "…", "“", "a", "”"],
  ]);
  assert.equal(program.text, "★ … 🌟");
  assert.doesNotMatch(await readFile(path.join(folder, "program.js"), "utf8"), /[^\0-\xff]/);
});
