import { type Artifact, readArtifact } from "@undertone/models";
import { encodeTexts } from "../../../trainer/src/data/prepare.ts";
import { scores } from "../../../trainer/src/evaluation/metrics.ts";
import { type Graph, openGraph } from "../../../trainer/src/export/onnx/runtime.ts";
import type { Peer } from "./peer.ts";

/**
 * A model's graph on one thread, encoding included: one text at a time, and in batches of 8 of
 * similar length.
 */
export async function ours(dir: string, name: string): Promise<Peer[]> {
  const artifact = await readArtifact(dir);
  const graph = await openGraph(artifact.graph, 1);
  return [
    peer(`${name}, one at a time`, artifact, graph, 1),
    peer(`${name}, batches of 8`, artifact, graph, 8),
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
