import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import {
  type Database,
  type DatabaseConfig,
  migrate,
  openDatabase,
} from "../../services/recommender/src/storage/database.ts";
import { FeedbackStore } from "../../services/recommender/src/storage/feedback.ts";
import { ItemStore } from "../../services/recommender/src/storage/items.ts";
import type { Sent } from "../../services/recommender/src/storage/replace.ts";
import { startPostgres } from "../helpers/postgres.ts";
import { databasePath } from "../helpers/recommender.ts";

const NOW = "2024-05-05T00:00:00.000Z";
const sent = (user_id: string, item_id: string, rest: Partial<Sent> = {}): Sent => ({
  user_id,
  item_id,
  at: undefined,
  rating: null,
  text: null,
  ...rest,
});

const noServer = "PostgreSQL: no server's programs here, and no TEST_DATABASE_URL";
const databaseUrl = startPostgres({ after });

storageTests("SQLite", { databaseUrl: "", databasePath: databasePath({ after }), databaseTimeoutMs: 5_000 });
storageTests(
  "PostgreSQL",
  { databaseUrl: databaseUrl ?? "", databasePath: "", databaseTimeoutMs: 5_000 },
  databaseUrl === undefined && noServer,
);

/** The same tests run on every database, because the queries are the same. */
function storageTests(name: string, config: DatabaseConfig, skip: string | false = false): void {
  describe(`storage in ${name}`, { skip }, () => {
    let db: Database;
    let feedback: FeedbackStore;
    before(async () => {
      db = openDatabase(config);
      await migrate(db);
      feedback = new FeedbackStore(db);
    });
    after(() => db.destroy());
    beforeEach(async () => {
      await db.deleteFrom("feedback").execute();
      await db.deleteFrom("items").execute();
    });
    const rows = () => db.selectFrom("feedback").selectAll().orderBy("user_id").orderBy("item_id").execute();
    const store = async (...sent: Sent[]) => (await feedback.store(sent, NOW)).outcomes;

    test("a second migration changes nothing", async () => {
      await store(sent("a", "x"));
      await migrate(db);
      assert.equal((await rows()).length, 1);
    });

    test("feedback is stored as it was sent, and its item is created", async () => {
      const text = 'Ein schöner Film 🎬, said O\'Neil; "drop table"';
      await store(sent("a", "x", { text, rating: 3.7, at: "2020-01-02T03:04:05.678Z" }));
      assert.deepEqual(await rows(), [
        {
          user_id: "a",
          item_id: "x",
          at: "2020-01-02T03:04:05.678Z",
          rating: 3.7,
          text,
          score: null,
          stars: null,
          model: null,
          interaction_only: null,
          attempts: 0,
        },
      ]);
      assert.deepEqual(await new ItemStore(db).all(), [
        { item_id: "x", category: null, hidden: 0, created_at: NOW },
      ]);
    });

    test("estimated stars are stored with the score of their text, and an item has their mean", async () => {
      await store(...["a", "b", "c"].map((user) => sent(user, "x", { text: user, rating: 1 })));
      assert.equal(await feedback.estimatedStars("x"), undefined);
      const scored = ["a", "b", "c"].map((user_id) => ({ user_id, item_id: "x", text: user_id, score: 0.9 }));
      await feedback.saveScores(
        [{ ...scored[0]!, stars: 4.5 }, { ...scored[1]!, stars: 3 }, scored[2]!],
        "m@1",
      );
      assert.deepEqual(await feedback.estimatedStars("x"), { mean: 3.75, texts: 2 });
      await store(sent("a", "x", { text: "a", rating: 5 }), sent("b", "x", { text: "another" }));
      assert.deepEqual(await feedback.estimatedStars("x"), { mean: 4.5, texts: 1 });
    });

    test("the same feedback sent again changes nothing, with and without a time", async () => {
      const review = sent("a", "x", { text: "great", rating: 4 });
      assert.deepEqual(await store(review, review), ["stored", "unchanged"]);
      await feedback.saveScores([{ user_id: "a", item_id: "x", text: "great", score: 0.9 }], "m@1");
      const stored = await rows();
      const later = await feedback.store([review, { ...review, at: NOW }], "2025-01-01T00:00:00.000Z");
      assert.deepEqual(later, { outcomes: ["unchanged", "unchanged"], changes: [] });
      assert.deepEqual(await rows(), stored);
    });

    test("a time after now counts as now, even if it is already stored", async () => {
      await store(sent("a", "x", { text: "early", at: "2024-05-05T00:04:00.000Z" }));
      assert.equal((await rows())[0]!.at, NOW);
      assert.deepEqual(await store(sent("a", "x", { text: "now" })), ["stored"]);
      await db.updateTable("feedback").set({ at: "2099-01-01T00:00:00.000Z" }).execute();
      assert.deepEqual(await store(sent("a", "x", { text: "later" })), ["stored"]);
      assert.deepEqual(
        (await rows()).map(({ text, at }) => [text, at]),
        [["later", NOW]],
      );
    });

    test("a later review replaces an earlier one, and an earlier one does not replace a later one", async () => {
      const [first, second, third] = ["2020", "2021", "2022"].map((year) =>
        sent("a", "x", { text: year, at: `${year}-01-01T00:00:00.000Z` }),
      );
      assert.deepEqual(await store(second!, first!), ["stored", "superseded"]);
      assert.deepEqual(await store(third!), ["stored"]);
      assert.deepEqual(
        (await rows()).map(({ text }) => text),
        ["2022"],
      );
    });

    test("a new text is scored again, and the same text with other stars is not", async () => {
      await store(sent("a", "x", { text: "great" }));
      await feedback.saveScores([{ user_id: "a", item_id: "x", text: "great", score: 0.9 }], "m@1");
      await store(sent("a", "x", { text: "great", rating: 2 }));
      assert.equal((await rows())[0]!.score, 0.9);
      await store(sent("a", "x", { text: "bad" }));
      assert.deepEqual(
        (await rows()).map(({ score, model }) => [score, model]),
        [[null, null]],
      );
    });

    test("an interaction does not replace a review", async () => {
      await store(sent("a", "x", { text: "great" }));
      assert.deepEqual(await store(sent("a", "x")), ["unchanged"]);
      assert.equal((await rows())[0]!.text, "great");
    });

    test("a batch that needs several statements is stored", async () => {
      const many = Array.from({ length: 1000 }, (_, i) =>
        sent(`u${i % 400}`, `i${i}`, { text: `text ${i}` }),
      );
      assert.ok((await store(...many)).every((outcome) => outcome === "stored"));
      assert.ok((await store(...many)).every((outcome) => outcome === "unchanged"));
      assert.equal((await feedback.unscored(2000)).length, 1000);
    });

    test("if a statement of a batch fails, nothing of it is stored", async () => {
      const broken = sent("b", "y", { at: null as unknown as string, rating: {} as number });
      await assert.rejects(store(sent("a", "x"), broken));
      assert.deepEqual(await rows(), []);
    });

    test("unscored texts are returned with the fewest attempts first", async () => {
      await store(sent("a", "x", { text: "one" }), sent("b", "x"), sent("c", "x", { text: "two" }));
      await feedback.countAttempt([{ user_id: "a", item_id: "x" }]);
      assert.deepEqual(
        (await feedback.unscored(10)).map(({ text }) => text),
        ["two", "one"],
      );
      assert.equal((await rows())[0]!.attempts, 1);
      await feedback.saveScores(
        [
          { user_id: "a", item_id: "x", text: "one", score: 0.25 },
          { user_id: "c", item_id: "x", text: "two", interactionOnly: "empty_text" },
        ],
        "m@1",
      );
      assert.deepEqual(await feedback.unscored(10), []);
      assert.deepEqual(
        (await rows()).map(({ score, model, attempts }) => [score, model, attempts]),
        [
          [0.25, "m@1", 2],
          [null, null, 0],
          [null, "m@1", 1],
        ],
      );
    });

    test("the score of a text that was replaced or deleted in the meantime is dropped", async () => {
      await store(sent("a", "x", { text: "new" }));
      const scored = ["a", "gone"].map((user_id) => ({ user_id, item_id: "x", text: "old", score: 0.1 }));
      assert.deepEqual(await feedback.saveScores(scored, "m@1"), []);
      assert.equal((await feedback.unscored(10)).length, 1);
    });

    test("rescoring keeps the scores until new ones come", async () => {
      const many = Array.from({ length: 700 }, (_, i) => sent("u", `i${i}`, i % 2 ? { text: `t${i}` } : {}));
      await store(...many);
      const scored = many.flatMap(({ text, ...key }) =>
        text === null ? [] : [{ ...key, text, score: 0.5 }],
      );
      await feedback.saveScores(scored, "m@1");
      let page = await feedback.rescorePage(undefined);
      let marked = page.changes.length;
      while (page.last !== undefined) {
        page = await feedback.rescorePage(page.last);
        marked += page.changes.length;
      }
      assert.equal(marked, 350);
      assert.equal((await feedback.unscored(1000)).length, 350);
      assert.equal((await rows()).filter(({ score }) => score === 0.5).length, 350);
    });

    test("all rows of a deleted user are gone, and those of others are not", async () => {
      await store(sent("a", "x"), sent("a", "y", { text: "great" }), sent("ab", "x"));
      const changes = await feedback.deleteUser("a");
      assert.deepEqual(changes.map(({ before, after }) => [before!.item_id, after]).sort(), [
        ["x", undefined],
        ["y", undefined],
      ]);
      assert.deepEqual(await feedback.history("a"), []);
      assert.deepEqual(await feedback.history("ab"), ["x"]);
    });

    test("the pages have every row once, ordered by user, without the texts", async () => {
      const many = Array.from({ length: 6000 }, (_, i) => sent(`u${i % 70}`, `i${i}`, { text: "long" }));
      for (let start = 0; start < many.length; start += 1000) await store(...many.slice(start, start + 1000));
      const users: string[] = [];
      const items = new Set<string>();
      for await (const page of feedback.pairs()) {
        for (const { user_id, item_id } of page) {
          if (user_id !== users.at(-1)) users.push(user_id);
          items.add(item_id);
        }
      }
      assert.equal(users.length, 70);
      assert.equal(items.size, 6000);
      let read = 0;
      for await (const page of feedback.pages()) {
        read += page.length;
        assert.ok(page.every(({ text }) => text === ""));
      }
      assert.equal(read, 6000);
    });

    test("an item has the models that scored its texts, with the numbers of texts", async () => {
      await store(...["a", "b", "c", "d"].map((user) => sent(user, "x", { text: user })));
      const score = (user_id: string, model: string) =>
        feedback.saveScores([{ user_id, item_id: "x", text: user_id, score: 0.5 }], model);
      for (const [user, model] of [
        ["a", "m@1"],
        ["b", "m@2"],
        ["c", "m@2"],
      ] as const)
        await score(user, model);
      const refused = { user_id: "d", item_id: "x", text: "d", interactionOnly: "not_english" };
      await feedback.saveScores([refused], "m@2");
      assert.deepEqual(await feedback.models("x"), [
        { model: "m@1", texts: 1 },
        { model: "m@2", texts: 2 },
      ]);
      assert.deepEqual(await feedback.interactionOnly("x"), [{ reason: "not_english", texts: 1 }]);
    });

    test("a new text or a new score removes the reason for an interaction only", async () => {
      await store(sent("a", "x", { text: "nan" }), sent("b", "x", { text: "nan" }));
      const refused = ["a", "b"].map((user_id) => ({
        user_id,
        item_id: "x",
        text: "nan",
        interactionOnly: "no_opinion",
      }));
      await feedback.saveScores(refused, "m@1");
      await store(sent("a", "x", { text: "great" }));
      assert.deepEqual(await feedback.interactionOnly("x"), [{ reason: "no_opinion", texts: 1 }]);
      await feedback.rescorePage(undefined);
      await feedback.saveScores([{ user_id: "b", item_id: "x", text: "nan", score: 0.5 }], "m@2");
      assert.deepEqual(await feedback.interactionOnly("x"), []);
    });

    test("an item's settings are replaced, and its creation time stays", async () => {
      const items = new ItemStore(db);
      await items.put({ item_id: "x", category: "film", hidden: 1, created_at: NOW });
      await items.put({ item_id: "x", category: null, hidden: 0, created_at: "2030-01-01T00:00:00.000Z" });
      assert.deepEqual(await items.all(), [{ item_id: "x", category: null, hidden: 0, created_at: NOW }]);
    });
  });
}
