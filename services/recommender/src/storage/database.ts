import { Kysely, Migrator } from "kysely";
import { MIGRATIONS } from "./migrations.ts";
import { postgres } from "./postgres.ts";
import { sqlite } from "./sqlite.ts";
import type { Tables } from "./tables.ts";

export type Database = Kysely<Tables>;
export interface DatabaseConfig {
  /** A PostgreSQL address; empty for SQLite. */
  databaseUrl: string;
  databasePath: string;
  databaseTimeoutMs: number;
}

/**
 * Opens PostgreSQL if there is an address, otherwise SQLite. Both run the same queries. Queries
 * reject with StorageUnavailable while the database is unreachable, slow or full.
 */
export function openDatabase(config: DatabaseConfig): Database {
  const { databaseUrl, databasePath, databaseTimeoutMs } = config;
  const dialect =
    databaseUrl === "" ? sqlite(databasePath, databaseTimeoutMs) : postgres(databaseUrl, databaseTimeoutMs);
  return new Kysely({ dialect });
}

/** Creates the tables or migrates them to this version. Rejects with the cause if that fails. */
export async function migrate(db: Database): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
