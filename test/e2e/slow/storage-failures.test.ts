import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import supertest from "supertest";
import { PROBLEMS } from "../../../services/recommender/src/http/problems.ts";
import { openDatabase } from "../../../services/recommender/src/storage/database.ts";
import { isPostgresFailure, isSqliteFailure } from "../../../services/recommender/src/storage/failures.ts";
import { NO_POSTGRES, startPostgresServer } from "../../helpers/postgres.ts";
import { assertProblemOf } from "../../helpers/problem.ts";
import { eventually, startRecommender } from "../../helpers/recommender.ts";

type Route = ["get" | "post" | "put" | "delete", string, object?];
const WRITES: Route[] = [
  // The rating changes with each request, so the feedback is always new.
  ["post", "/feedback", { items: [1, 2].map((rating) => ({ user_id: "new", item_id: "i", rating })) }],
  ["put", "/items/i", {}],
  ["delete", "/users/nobody"],
  ["post", "/rescore"],
];
const READS: Route[] = [
  ["get", "/users/u/recommendations"],
  ["get", "/users/nobody/recommendations"],
  ["get", "/items/i"],
  ["get", "/readyz"],
];
/** The routes that are answered from memory. */
const FROM_MEMORY: Route[] = [
  ["get", "/items"],
  ["get", "/items/i/similar"],
  ["get", "/livez"],
  ["get", "/metrics"],
];

const server = startPostgresServer({ after });

describe("PostgreSQL fails", { skip: server === undefined && NO_POSTGRES }, async () => {
  const { url, stop, start, pause, resume, sql } = server!;
  const settings = { databaseUrl: url, databaseTimeoutMs: 1_000 };
  const { app, recommender } = await startRecommender({ after }, settings);
  const http = supertest(app.server);
  await http.post("/feedback").send({ items: [{ user_id: "u", item_id: "i", text: "great" }] });
  const call = ([method, path, body]: Route) => http[method](path).send(body);
  const refused = async (routes: Route[]) => {
    for (const route of routes) assertProblemOf(PROBLEMS, await call(route), "storage_unavailable");
  };
  const works = async (routes: Route[]) => {
    for (const route of routes) {
      const { status, text } = await call(route);
      assert.ok(status < 300, `${route[0]} ${route[1]}: ${status} ${text}`);
    }
  };

  test("without the server every route that needs it answers 503, and works again without a restart", async () => {
    await works([...READS, ...WRITES, ...FROM_MEMORY]);
    stop();
    await refused([...READS, ...WRITES]);
    await works(FROM_MEMORY);
    start();
    await works([...READS, ...WRITES, ...FROM_MEMORY]);
  });

  test("if the server does not answer, requests get 503 after the timeout, and so do queued writes", async (t) => {
    pause();
    t.after(resume);
    const begin = performance.now();
    await refused(READS);
    const together = await Promise.all(Array.from({ length: 20 }, () => call(WRITES[0]!)));
    for (const response of together) assertProblemOf(PROBLEMS, response, "storage_unavailable");
    await refused(WRITES);
    assert.ok(performance.now() - begin < 20_000, "no route waits for the deadline of 20 s");
    await works(FROM_MEMORY);
    resume();
    await works([...READS, ...WRITES]);
  });

  test("if the server is full, writes get 503, and reads work", async () => {
    sql(`create function full_disk() returns trigger language plpgsql as
      $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$;
      create trigger full_disk before insert or update or delete on feedback
      for each statement execute function full_disk();
      create trigger full_disk before insert or update on items for each statement execute function full_disk()`);
    await refused(WRITES.filter(([, path]) => path !== "/rescore"));
    await works([...READS, ...FROM_MEMORY]);
    sql("drop trigger full_disk on feedback; drop trigger full_disk on items");
    await works([...READS, ...WRITES]);
  });

  test("the answer never has the cause", async () => {
    stop();
    const responses = await Promise.all([...READS, ...WRITES].map(call));
    for (const { text } of responses) assert.doesNotMatch(text, /postgres|ECONN|socket|undertone-/i);
    start();
  });

  test("after a commit without an answer, the next write reads the state of the database again", async () => {
    const rows = recommender.catalogue.rows;
    sql(`create function slow_commit() returns trigger language plpgsql as
      $$ begin perform pg_sleep(2.5); return null; end $$;
      create constraint trigger slow_commit after insert on feedback deferrable initially deferred
      for each row execute function slow_commit()`);
    const items = [{ user_id: "in doubt", item_id: "i", rating: 1 }];
    assertProblemOf(PROBLEMS, await http.post("/feedback").send({ items }), "storage_unavailable");
    assert.equal(recommender.catalogue.rows, rows);
    await sleep(3_000);
    sql("drop trigger slow_commit on feedback");
    const again = await http.post("/feedback").send({ items }).expect(200);
    assert.deepEqual(again.body.results, [{ status: "unchanged" }]);
    assert.equal(recommender.catalogue.rows, rows + 1);
  });

  test("neighbours are built again when the server works again", async () => {
    stop();
    await recommender.builder.build();
    start();
    await recommender.builder.build();
    await eventually(() => !recommender.builder.building, "the build");
    assert.equal(recommender.builder.last!.built.pairs, recommender.catalogue.rows);
  });
});

test("while another process locks the SQLite file, writes get 503, and work again after it", async (t) => {
  const { app, config, recommender } = await startRecommender(t, { databaseTimeoutMs: 200 });
  const http = supertest(app.server);
  const store = (text: string) =>
    http.post("/feedback").send({ items: [{ user_id: "u", item_id: text.slice(0, 9), text }] });
  await store("first one").expect(200);
  const other = openDatabase(config);
  await other.transaction().execute(async () => {
    assertProblemOf(PROBLEMS, await store("second one"), "storage_unavailable");
    await http.get("/users/u/recommendations").expect(200);
    assert.equal(recommender.catalogue.rows, 1);
  });
  await other.destroy();
  await store("second one").expect(200);
  assert.equal(recommender.catalogue.rows, 2);
});

test("the error code distinguishes failures of the database from faults of a statement", () => {
  for (const code of ["SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_READONLY", "SQLITE_BUSY_SNAPSHOT"])
    assert.equal(isSqliteFailure({ code }), true, code);
  for (const code of ["SQLITE_ERROR", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_MISMATCH"])
    assert.equal(isSqliteFailure({ code }), false, code);
  assert.equal(isSqliteFailure(new TypeError("x")), false);
  for (const code of ["53100", "53300", "57P01", "08006", "25006", "ECONNREFUSED"])
    assert.equal(isPostgresFailure({ code }), true, code);
  assert.equal(isPostgresFailure(new Error("Connection terminated unexpectedly")), true);
  for (const code of ["22021", "23505", "42P01", "25P02"])
    assert.equal(isPostgresFailure({ code }), false, code);
});
