import assert from "node:assert/strict";
import { access, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";
import packageJson from "../../package.json" with { type: "json" };
import trainerPackage from "../../trainer/package.json" with { type: "json" };
import { commandsOf, commandsOfComments, documents } from "../helpers/documents.ts";

/**
 * Where each command of a document is run: a file, and a text in it. A new command
 * needs a line here, and a test or a step of CI that runs it.
 */
const RUN_BY: [command: RegExp, file: string, contains: string][] = [
  [/^npm ci$/, ".ci/run", "npm ci"],
  [/^npm test$/, ".ci/run", "nothing_skipped test;"],
  [/^(MODEL_DIR=\S+ )?npm start$/, ".ci/run", "npm start"],
  [/^npm run setup:trainer$/, ".ci/run", "npm run --silent setup:trainer"],
  [/^npm run train -- --preset \S+ --corpus \S+ --out \S+$/, ".ci/run", "npm run --silent train -- --preset"],
  [/^npm run train -- .* --start-from \S+/, "test/e2e/trainer/train.test.ts", "startFrom: first.out"],
  [/^npm run train -- .* --two-class \S+/, "test/e2e/trainer/train.test.ts", "twoClass:"],
  [/^npm run train -- .* --rating-column \S+$/, "test/trainer/labels.test.ts", 'ratingColumn: "overall"'],
  [
    /^npm run evaluate -w trainer -- --model \S+ --test \S+$/,
    ".ci/run",
    "npm run --silent evaluate -w trainer",
  ],
  [/^npm run (experiment|rnn-lstm-study) -w trainer -- --help$/, "test/e2e/slow/documents.test.ts", "--help"],
  [/^npm run sign -w trainer --/, "test/trainer/sign.test.ts", "cli/sign.ts"],
  [/^minisign -G/, "test/models/signature.test.ts", '"-G"'],
  [/^npm run (-s )?score -- --text/, "test/e2e/slow/documents.test.ts", "--text"],
  [/^npm run (-s )?score -- \S+/, "test/e2e/slow/file-command.test.ts", '"score"'],
  [/^npm run bundle -- sentiment \S+$/, "test/e2e/slow/bundle.test.ts", '"bundle"'],
  [/^npm run start:recommender$/, "test/e2e/slow/recommender-process.test.ts", "startRecommender"],
  [/^npm run demo/, "test/e2e/slow/documents.test.ts", '"demo"'],
  [/^npm run (worker|publish|collect)\b/, "test/e2e/stream/proofs/commands.ts", "scene.run"],
  [/^npm install \S*@undertone\/client/, "test/e2e/slow/client-package.test.ts", '"install"'],
  [/^docker compose up/, "test/e2e/compose/whole.ts", '"up"'],
  [/docker compose( |\n|\\)*--profile stream/, "test/e2e/compose/stream.ts", '"stream"'],
  // Commands with keys, and profiles whose images need a registry or a GPU. A test below checks their names.
  [/docker compose/, "test/contract/documents.test.ts", "Compose command names"],
  [/^curl \S+\/sentiment -H/, ".ci/run", '/sentiment" -H'],
  [/^curl \S+\/sentiment\/explain -H/, "test/sentiment/explain.test.ts", "/sentiment/explain"],
  [/^curl .*\/sentiment\/stream/, "test/sentiment/stream.test.ts", "/sentiment/stream"],
  [/^curl .*\/sentiment\/file/, "test/sentiment/file-upload.test.ts", "/sentiment/file"],
  [/^curl .*\/feedback/, "test/recommender/http-results.test.ts", "/feedback"],
  [/^curl .*\/users\/\w+\/recommendations/, "test/recommender/http-results.test.ts", "/recommendations"],
  // The teachers of the published model take hours. Their stages have tests of their own.
  [
    /^python3 -m venv|^\.venv\/bin\/pip install|^bash trainer\/research\/teachers\/make\.sh/,
    "test/trainer/teacher.test.ts",
    "teach",
  ],
];

describe("the documents", async () => {
  const files = await documents();
  const texts = new Map(
    await Promise.all(files.map(async (file) => [file, await readFile(file, "utf8")] as const)),
  );

  test("every command that a document shows is run by a test or by CI", async () => {
    let shown = 0;
    const commands = [...texts].map(([file, text]) => [file, commandsOf(text)] as const);
    const compose = commandsOfComments(await readFile("compose.yaml", "utf8"));
    assert.ok(compose.length > 5, `compose.yaml shows ${compose.length} commands`);
    for (const [file, list] of [...commands, ["compose.yaml", compose] as const])
      for (const command of list) {
        const runs = RUN_BY.find(([pattern]) => pattern.test(command));
        assert.ok(runs, `${file} shows a command that nothing runs: ${command}`);
        assert.ok(
          (await readFile(runs[1], "utf8")).includes(runs[2]),
          `${runs[1]} no longer runs: ${command}`,
        );
        shown++;
      }
    assert.ok(shown > 15, `${shown} commands were found`);
  });

  test("a code block has a language that the tests above know, or is a drawing", () => {
    for (const [file, text] of texts)
      for (const [, language = ""] of text.matchAll(/^```(\w*)\n[\s\S]*?^```$/gm))
        assert.ok(["sh", "json", "ts", ""].includes(language), `${file} has a block of ${language}`);
  });

  test("every script that a document names exists, and CONTRIBUTING.md has all scripts", () => {
    const scripts = Object.keys(packageJson.scripts);
    for (const [file, text] of texts)
      for (const [command, name = "", workspace] of text.matchAll(
        /npm run (?:-s |--silent )?([a-z][\w:-]*)( -w trainer)?/g,
      )) {
        const known = workspace === undefined ? scripts : Object.keys(trainerPackage.scripts);
        assert.ok(known.includes(name), `${file} names \`${command}\``);
      }
    const table = texts.get("CONTRIBUTING.md")!;
    for (const name of scripts)
      assert.match(table, new RegExp(`\`npm (run )?${name}\`|\`${name}\``), `CONTRIBUTING.md lacks ${name}`);
  });

  test("every preset that a document names exists", async () => {
    const presets = (await readdir("trainer/presets")).map((file) => path.basename(file, ".json"));
    const named = [...texts.values(), await readFile("compose.yaml", "utf8")].flatMap((text) => [
      ...text.matchAll(/--preset ([a-z][\w-]*)/g),
    ]);
    assert.ok(named.length > 0);
    for (const [, name = ""] of named) assert.ok(presets.includes(name), `preset ${name}`);
  });

  test("every profile, service and variable that a Compose command names is in compose.yaml", async () => {
    const source = await readFile("compose.yaml", "utf8");
    const { services } = parse(source) as { services: Record<string, { profiles?: string[] }> };
    const profiles = new Set(Object.values(services).flatMap((service) => service.profiles ?? []));
    const shown = [...texts.values()].flatMap(commandsOf).concat(commandsOfComments(source));
    const commands = shown.filter((command) => command.includes("docker compose"));
    for (const command of commands) {
      for (const [, name = ""] of command.matchAll(/--profile (\S+)/g))
        assert.ok(profiles.has(name), command);
      for (const [, name = ""] of command.matchAll(/(?:--scale |run --rm )([a-z-]+)/g))
        assert.ok(name in services, command);
      for (const [, name = ""] of command.matchAll(/\b([A-Z_]+)=/g))
        assert.ok(source.includes(`\${${name}:-`), `${command}: compose.yaml does not read ${name}`);
    }
    assert.ok(commands.length > 5);
  });

  test("every link to a file of the repository has a target", async () => {
    for (const [file, text] of texts)
      for (const [, target = ""] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)[^)]*\)/g))
        await assert.doesNotReject(access(path.join(path.dirname(file), target)), `${file}: ${target}`);
  });

  test("the README fits on a page of 100 lines", () => {
    assert.ok(texts.get("README.md")!.trimEnd().split("\n").length <= 100);
  });
});
