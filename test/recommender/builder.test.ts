import assert from "node:assert/strict";
import { test } from "node:test";
import { Catalogue } from "../../services/recommender/src/catalogue/catalogue.ts";
import { Pairs } from "../../services/recommender/src/neighbours/pairs.ts";
import { buildNeighbours } from "../../services/recommender/src/ranking/neighbours.ts";
import type { FeedbackRow } from "../../services/recommender/src/storage/tables.ts";
import { eventually, openRecommender } from "../helpers/recommender.ts";

const sent = (user_id: string, item_id: string) => ({
  user_id,
  item_id,
  at: undefined,
  rating: null,
  text: null,
});
const row = (item_id: string, rest: Partial<FeedbackRow> = {}): FeedbackRow => ({
  ...sent("u", item_id),
  at: "2020-01-01T00:00:00.000Z",
  score: null,
  model: null,
  stars: null,
  interaction_only: null,
  attempts: 0,
  ...rest,
});

test("the thread builds the same neighbours as the pure function", async (t) => {
  const { recommender } = await openRecommender(t);
  const pairs = Array.from({ length: 3000 }, (_, i) => [`u${i % 61}`, `i${(i * i) % 97}`] as const);
  await recommender.store(pairs.slice(0, 1000).map(([user, item]) => sent(user, item)));
  await recommender.store(pairs.slice(1000).map(([user, item]) => sent(user, item)));
  const { catalogue, builder } = recommender;
  await builder.build();
  const unique = [...new Map(pairs.map((pair) => [pair.join(), pair])).values()];
  const users = Int32Array.from(unique, ([user]) => Number(user.slice(1)));
  const items = Int32Array.from(unique, ([, item]) => catalogue.index(item)!);
  const expected = buildNeighbours(users, items, 61, catalogue.size);
  assert.deepEqual(builder.neighbours.offsets, expected.offsets);
  assert.ok(expected.similarities.length > 100);
  // The sums are computed in another order of the users, so the last bits differ.
  builder.neighbours.similarities.forEach((similarity, i) => {
    assert.ok(Math.abs(similarity - expected.similarities[i]!) < 1e-6);
  });
  assert.deepEqual(builder.last!.built.pairs, unique.length);
});

test("enough changes begin a build, fewer do not, and changes during a build are counted", async (t) => {
  const { recommender } = await openRecommender(t, { rebuildAfterChanges: 3, rebuildSeconds: 86_400 });
  recommender.start();
  const { builder, catalogue } = recommender;
  await recommender.store([sent("a", "x"), sent("a", "y")]);
  assert.equal(catalogue.changes, 2);
  await recommender.store([sent("b", "x")]);
  assert.equal(catalogue.changes, 0);
  await recommender.store(["c", "d", "e"].map((user) => sent(user, "z")));
  await eventually(() => builder.last?.built.pairs === 6, "the second build");
});

test("the timer begins a build if there are changes", async (t) => {
  const { recommender } = await openRecommender(t, { rebuildSeconds: 1 });
  recommender.start();
  await recommender.store([sent("a", "x"), sent("a", "y")]);
  assert.equal(recommender.builder.last, undefined);
  await eventually(() => recommender.builder.last?.built.pairs === 2, "the timer's build");
});

test("if a build fails, the old neighbours stay in use, and the timer tries again", async (t) => {
  const { recommender, config } = await openRecommender(t, { rebuildSeconds: 1, rebuildAfterChanges: 1 });
  const { databasePath } = config;
  await recommender.store([sent("a", "x"), sent("a", "y")]);
  await recommender.builder.build();
  const { neighbours } = recommender.builder;
  Object.assign(config, { databasePath: "/dev/null/none/x.db" });
  await recommender.store([sent("b", "x")]);
  await recommender.builder.build();
  assert.equal(recommender.builder.neighbours, neighbours);
  assert.equal(recommender.catalogue.changes, 1);
  Object.assign(config, { databasePath });
  recommender.start();
  await eventually(() => recommender.builder.last?.built.pairs === 3, "the build after the failed one");
});

test("pairs number users in their order, and leave out items without an index", () => {
  const pairs = new Pairs(["x", "y"]);
  pairs.add([sent("a", "y"), sent("a", "new"), sent("b", "new")]);
  pairs.add([sent("c", "x"), sent("c", "y")]);
  const { users, itemIndices, userCount } = pairs.columns();
  assert.deepEqual([[...users], [...itemIndices], userCount], [[0, 1, 1], [1, 0, 1], 2]);
});

test("the catalogue follows a row from its insertion to its deletion", () => {
  const catalogue = new Catalogue();
  const [plain, waiting, scored] = [
    row("i"),
    row("i", { text: "t" }),
    row("i", { text: "t", score: 0.2, model: "m" }),
  ];
  const states = [
    undefined,
    plain,
    waiting,
    scored,
    { ...scored, model: null },
    { ...scored, score: null, interaction_only: "no_known_words" },
    undefined,
  ];
  const seen = states.slice(1).map((after, i) => {
    catalogue.apply([{ before: states[i], after }]);
    const { unscored, changes, interactionOnly } = catalogue;
    const refused = interactionOnly.get("no_known_words") ?? 0;
    return [catalogue.popularity(0), catalogue.reviews(0), unscored, changes, refused];
  });
  assert.deepEqual(seen, [
    [1, 0, 0, 1, 0],
    [1, 0, 1, 1, 0],
    [1, 1, 0, 1, 0],
    [1, 1, 1, 1, 0],
    [1, 0, 0, 1, 1],
    [0, 0, 0, 2, 0],
  ]);
  assert.equal(catalogue.rows, 0);
});

test("if a row has stars and a score, the stars count", () => {
  const catalogue = new Catalogue();
  catalogue.apply([
    { before: undefined, after: row("liked", { rating: 5, score: 0, text: "t", model: "m" }) },
    { before: undefined, after: row("other", { score: 0, text: "t", model: "m" }) },
  ]);
  assert.ok(catalogue.quality(0) > catalogue.quality(1));
});
