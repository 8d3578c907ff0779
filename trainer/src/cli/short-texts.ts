import path from "node:path";
import { readArtifact } from "@undertone/models";
import { Command } from "commander";
import { encodeTexts } from "../data/prepare.ts";
import { accuracyByKind, isRight, readShortTexts } from "../evaluation/short-texts.ts";
import { graphAnswers } from "../export/onnx/calibrate.ts";
import { publishedModel, runCommand } from "./command-line.ts";

const CASES = path.resolve(import.meta.dirname, "../../../test/fixtures/short-texts.csv");

interface Flags {
  model: string;
  cases: string;
  wrong: boolean;
  json: boolean;
}

const flags = new Command("npm run evaluate:short -w trainer --")
  .description("Measures a model on whole short texts of many kinds.")
  .option("--model <dir>", "The model's folder.", publishedModel)
  .option("--cases <file>", "A CSV file with the columns kind, label, clear and text.", CASES)
  .option("--wrong", "Print the texts with a wrong answer too.", false)
  .option("--json", "Print one JSON document.", false)
  .parse()
  .opts<Flags>();

await runCommand("evaluate:short", async () => {
  const { manifest, encoder, graph } = await readArtifact(flags.model);
  const cases = await readShortTexts(flags.cases);
  const ids = encodeTexts(
    encoder,
    cases.map(({ text }) => text),
  );
  const { scores } = await graphAnswers(graph, ids);
  const kinds = accuracyByKind(cases, scores);
  const wrong = cases
    .map((one, i) => ({ ...one, score: Number(scores[i]!.toFixed(3)) }))
    .filter((one) => !isRight(one, one.score));
  const model = `${manifest.name} ${manifest.version}`;
  if (flags.json) console.log(JSON.stringify({ model, kinds, wrong }, null, 2));
  else {
    const { clear, right } = kinds.at(-1)!;
    console.log(`${model}: ${(right / clear).toFixed(3)} of the ${clear} clear texts`);
    console.table(
      kinds.map(({ kind, ...n }) => ({ kind, accuracy: n.clear > 0 ? n.right / n.clear : undefined, ...n })),
    );
    if (flags.wrong) console.table(wrong);
  }
});
