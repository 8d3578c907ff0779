import { PostgresDialect, type PostgresPool, type PostgresPoolClient } from "kysely";
import pg from "pg";
import { isPostgresFailure, StorageUnavailable } from "./failures.ts";

/**
 * PostgreSQL through a pool of connections. `timeoutMs` is the time limit of each query. A connection
 * on which the database failed is closed, so that the next request gets a new one.
 */
export function postgres(connectionString: string, timeoutMs: number): PostgresDialect {
  const pool = new pg.Pool({
    connectionString,
    connectionTimeoutMillis: Math.min(2_000, timeoutMs),
    query_timeout: timeoutMs,
    keepAlive: true,
  });
  // The pool replaces a connection that breaks while idle. Without this listener the error would end
  // the process.
  pool.on("error", () => {});
  const guarded: PostgresPool = {
    connect: async () => guard(await pool.connect().catch(fail)),
    end: () => pool.end(),
  };
  return new PostgresDialect({ pool: guarded });
}

/** After the first failure of the database every other query on this connection fails at once. */
function guard(client: pg.PoolClient): PostgresPoolClient {
  let failure: StorageUnavailable | undefined;
  const query = async (sql: string, parameters: readonly unknown[]) => {
    if (failure !== undefined) throw failure;
    try {
      return await client.query(sql, [...parameters]);
    } catch (error) {
      if (!isPostgresFailure(error)) throw error;
      failure = new StorageUnavailable(error, { inDoubt: sql === "commit" });
      throw failure;
    }
  };
  return {
    query: query as unknown as PostgresPoolClient["query"],
    release: () => client.release(failure !== undefined),
  };
}

function fail(error: unknown): never {
  throw new StorageUnavailable(error);
}
