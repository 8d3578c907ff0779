import { readArtifact } from "@undertone/models";
import { Command } from "commander";
import { encodeTexts } from "../data/encode-texts.ts";
import { accuracyByKind, isRight, readShortTexts } from "../evaluation/short-texts.ts";
import { graphAnswers } from "../export/onnx/calibrate.ts";

interface Flags {
  model: string;
  cases: string;
  wrong: boolean;
  json: boolean;
}

const flags = new Command("npm run evaluate:short --")
  .description("Measures a model on whole short texts of many kinds.")
  .option("--model <dir>", "the model's folder", "models/reviews-bilstm")
  .option("--cases <file>", "CSV with kind, label, clear and text", "test/fixtures/short-texts.csv")
  .option("--wrong", "print the texts that are answered wrongly too", false)
  .option("--json", "print one JSON document", false)
  .parse()
  .opts<Flags>();

try {
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
} catch (error) {
  console.error(`evaluate:short: ${(error as Error).message}`);
  process.exitCode = 1;
}
