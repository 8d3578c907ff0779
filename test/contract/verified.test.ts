import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { ATTACKS } from "../e2e/attacks/attacks.ts";
import { LISTS, readPage, withTables } from "./verified-table.ts";

const root = path.join(import.meta.dirname, "../..");

for (const [name, cases] of Object.entries(LISTS))
  describe(`the list of ${name} in docs/verified.md`, () => {
    test("names existing tests, or has a reason", async () => {
      for (const row of cases) {
        if ("reason" in row) assert.match(row.reason, /^[A-Z].*\.$/, row.id);
        else {
          const source = await readFile(path.join(root, row.file), "utf8");
          assert.ok(source.includes(row.test), `${row.id}: ${row.file} has no ${JSON.stringify(row.test)}`);
        }
      }
    });

    test("has each case once", () => {
      assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length);
    });
  });

test("docs/verified.md has the tables of the lists", async () => {
  const page = await readPage();
  assert.equal(page, withTables(page), "run node --import ./typescript.mjs test/contract/verified-table.ts");
});

test("docs/verified.md has the number of attacks", async () => {
  const kinds = new Set(ATTACKS.map(({ kind }) => kind));
  assert.ok((await readPage()).includes(`tries ${ATTACKS.length} attacks of ${kinds.size} kinds`));
});
