import type { Artifact } from "@undertone/models";
import type { LoadGenerator } from "./load.ts";
import type { Part } from "./table.ts";
import type { Texts } from "./texts.ts";

/** The sizes of the benchmark. `--quick` only shows that it works; its figures mean nothing. */
export interface Size {
  texts: number; // of one round
  peerTexts: number; // of one round of the peer
  rounds: number;
  singles: number; // requests of one closed round
  openMs: number;
  coldStarts: number;
  memoryMs: number;
  fileRows: number;
  cellMs: number; // of one cell of the table of linear cost
}

export const FULL: Size = {
  texts: 2_048,
  peerTexts: 256,
  rounds: 5,
  singles: 400,
  openMs: 5_000,
  coldStarts: 5,
  memoryMs: 60_000,
  fileRows: 25_000,
  cellMs: 1_000,
};
export const QUICK: Size = {
  texts: 128,
  peerTexts: 64,
  rounds: 1,
  singles: 16,
  openMs: 300,
  coldStarts: 1,
  memoryMs: 300,
  fileRows: 128,
  cellMs: 20,
};

/** The inputs of every part of the benchmark. */
export interface Bench {
  artifact: Artifact;
  modelDir: string;
  texts: Texts;
  size: Size;
  cores: number;
  load: LoadGenerator;
  peer: { python: string; program: string } | undefined;
  say: (line: string) => void;
}

export type Row = (bench: Bench) => Promise<Part[]>;

/**
 * The settings of every service of the benchmark: no request is refused for its size, and nothing is
 * logged after the start.
 */
export const environment = ({ modelDir }: Bench): Record<string, string> => ({
  MODEL_DIR: modelDir,
  LOG_LEVEL: "info",
  MAX_BODY_BYTES: "67108864",
  MAX_QUEUE_TOKENS: "100000000",
  REQUEST_TIMEOUT_MS: "600000",
});
