import { type Corpus, readCorpus } from "./corpus.ts";
import { mostlyLiked } from "./derived.ts";
import { type EarlyQuality, earlyQuality } from "./early-quality.ts";
import { areaUnderCurve } from "./metrics.ts";
import { type RankingTable, rankingTable } from "./ranking-table.ts";
import { scoreTexts } from "./scores.ts";
import { byScore, byStars, type Scores } from "./signals.ts";
import { byTime, lastOfEachUser } from "./split.ts";
import { type CoverageRow, starCoverage } from "./star-coverage.ts";
import { vaderScore } from "./vader.ts";
import { type WeightsStudy, weightsInTraining } from "./weights.ts";

const MOSTLY = 0.95;
export const OUR_SCORE = "our score";

export interface Measured {
  model: string;
  corpus: { reviews: number; users: number; items: number; withStars: number; liked: number };
  /** Area under the curve of a review's score against its verdict. */
  auc: { ours: number; vader: number };
  lastOfEachUser: RankingTable;
  /** Undefined if the corpus has no times. */
  byTime: RankingTable | undefined;
  mostlyLiked: RankingTable | undefined;
  earlyQuality: EarlyQuality;
  starCoverage: CoverageRow[];
  weights: WeightsStudy;
}

/** Runs the stages in order: read, score, rank, predict quality. */
export async function measure(
  file: string,
  { modelDir, cacheDir, say }: { modelDir: string; cacheDir: string; say: (stage: string) => void },
): Promise<Measured> {
  const corpus = await readCorpus(file);
  const texts = new Set(corpus.reviews.map(({ text }) => text).filter((text) => text.trim() !== ""));
  const onProgress = (done: number, of: number) => say(`scored ${done} of ${of}`);
  const { model, scores: ours, fresh } = await scoreTexts(texts, { modelDir, cacheDir, onProgress });
  say(`${model}: ${texts.size - fresh} of ${texts.size} scores were in the cache; VADER now`);
  const vader = new Map([...texts].map((text) => [text, vaderScore(text)]));
  say("ranking, the last 20 % of each user's reviews");
  const split = lastOfEachUser(corpus);
  const users = rankingTable(split, corpus, ours, vader);
  if (!users) throw new Error("nobody has five reviews with a liked one among the last fifth of them");
  say("ranking, split by time");
  const time = corpus.hasTimes ? rankingTable(byTime(corpus), corpus, ours, vader) : undefined;
  say("ranking, mostly liked");
  const positive = mostlyLiked(corpus, MOSTLY);
  const mostly = rankingTable(lastOfEachUser(positive), positive, ours, vader);
  say("star coverage");
  const coverage = starCoverage(split, corpus, ours);
  say("gamma and popularity, on the training reviews");
  const weights = weightsInTraining(split, corpus, ours);
  return {
    model,
    corpus: describe(corpus),
    auc: { ours: auc(corpus, ours), vader: auc(corpus, vader) },
    lastOfEachUser: users,
    byTime: time,
    mostlyLiked: mostly,
    earlyQuality: earlyQuality(corpus, {
      VADER: byScore(vader),
      [OUR_SCORE]: byScore(ours),
      stars: byStars,
    }),
    starCoverage: coverage,
    weights,
  };
}

const describe = ({ reviews, userCount, itemCount }: Corpus): Measured["corpus"] => ({
  reviews: reviews.length,
  users: userCount,
  items: itemCount,
  withStars: reviews.filter(({ stars }) => stars !== undefined).length,
  liked: reviews.filter(({ liked }) => liked).length,
});

function auc({ reviews }: Corpus, scores: Scores): number {
  const judged = reviews.filter(({ text, liked }) => scores.has(text) && liked !== undefined);
  judged.sort((a, b) => scores.get(b.text)! - scores.get(a.text)!);
  const { sum, weight } = areaUnderCurve(judged.map(({ liked }) => liked!));
  return sum / weight;
}
