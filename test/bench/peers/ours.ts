import { type Artifact, readArtifact } from "@undertone/models";
import { encodeTexts } from "../../../trainer/src/data/encode-texts.ts";
import { scores } from "../../../trainer/src/evaluation/metrics.ts";
import { type Graph, openGraph } from "../../../trainer/src/export/onnx/runtime.ts";
import type { Peer } from "./peer.ts";

/** A model's graphs on one thread, encoding included: int8 a text at a time, float32 in batches of 8 of similar length. */
export async function ours(dir: string, name: string): Promise<Peer[]> {
  const artifact = await readArtifact(dir);
  const float32 = await openGraph(artifact.graphs.float32, 1);
  const int8 = artifact.graphs.int8 ? await openGraph(artifact.graphs.int8, 1) : undefined;
  return [
    ...(int8 ? [peer(`${name}, int8`, artifact, int8, 1)] : []),
    peer(`${name}, float32`, artifact, float32, 8),
  ];
}

function peer(name: string, { encoder }: Artifact, graph: Graph, size: number): Peer {
  return {
    name,
    async score(texts) {
      const ids = encodeTexts(encoder, texts);
      const order = [...ids.keys()].sort((a, b) => ids[a]!.length - ids[b]!.length);
      const sorted = scores(
        (
          await graph.run(
            order.map((row) => ids[row]!),
            size,
          )
        ).logits,
      );
      const found = new Float64Array(texts.length);
      for (const [place, row] of order.entries()) found[row] = sorted[place]!;
      return found;
    },
  };
}
