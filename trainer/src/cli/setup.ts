import { Command } from "commander";
import { cacheFolder } from "../data/packed-vectors.ts";
import { setupBinding } from "./setup/binding.ts";
import { setupGlove } from "./setup/glove.ts";
import { fetchTensorFlow, hasNvidiaDriver } from "./setup/tensorflow.ts";

const program = new Command("npm run setup:trainer --")
  .description(
    [
      "Prepares the trainer: TensorFlow's library, its Node.js binding and the GloVe vectors. It",
      "is safe to run again.",
    ].join(" "),
  )
  .option("--gpu", "Use TensorFlow's CUDA library. Default: if an NVIDIA driver answers.")
  .option("--cpu", "Use TensorFlow's CPU library. Default: if no driver answers.")
  .addHelpText("after", `\nDownloads stay in ${cacheFolder} (UNDERTONE_CACHE), each pinned by hash.`)
  .parse();

const flags = program.opts<{ gpu?: boolean; cpu?: boolean }>();
try {
  if (flags.gpu && flags.cpu) throw new Error("--gpu and --cpu exclude each other");
  const device = flags.gpu || (!flags.cpu && hasNvidiaDriver()) ? "gpu" : "cpu";
  await setupBinding(await fetchTensorFlow(device));
  await setupGlove();
  console.log("the trainer is ready");
} catch (error) {
  console.error(`setup:trainer: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
