import { mkdirSync } from "node:fs";
import path from "node:path";
import { Kysely, Migrator, PostgresDialect, SqliteDialect } from "kysely";
import Libsql from "libsql";
import pg from "pg";
import { MIGRATIONS } from "./migrations.ts";
import type { Tables } from "./tables.ts";

export type Database = Kysely<Tables>;
export interface DatabaseConfig {
  /** A PostgreSQL address; empty for SQLite. */
  databaseUrl: string;
  databasePath: string;
}

/** PostgreSQL where an address is given, else SQLite in one file. All SQL after this line is the same. */
export function openDatabase({ databaseUrl, databasePath }: DatabaseConfig): Database {
  if (databaseUrl !== "") {
    const pool = new pg.Pool({ connectionString: databaseUrl, connectionTimeoutMillis: 2_000 });
    // A connection that breaks while idle is replaced by the pool; without a listener the process would end.
    pool.on("error", () => {});
    return new Kysely({ dialect: new PostgresDialect({ pool }) });
  }
  mkdirSync(path.dirname(databasePath), { recursive: true });
  const database = new Libsql(databasePath, { timeout: 5_000 });
  // Readers (the thread that builds neighbours) and the writer do not wait for each other.
  database.exec("pragma journal_mode = wal");
  return new Kysely({ dialect: new SqliteDialect({ database }) });
}

/** Brings the tables to this version's form; rejects with the reason when it cannot. */
export async function migrate(db: Database): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
