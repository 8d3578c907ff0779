import { mkdirSync } from "node:fs";
import path from "node:path";
import { type SqliteDatabase, SqliteDialect, type SqliteStatement } from "kysely";
import Libsql from "libsql";
import { isSqliteFailure, StorageUnavailable } from "./failures.ts";

/**
 * SQLite in one file, which is created if it does not exist. `timeoutMs` is the longest wait for a
 * lock.
 */
export function sqlite(file: string, timeoutMs: number): SqliteDialect {
  mkdirSync(path.dirname(file), { recursive: true });
  return new SqliteDialect({ database: new Connection(file, timeoutMs) });
}

/**
 * One connection, which is replaced after a failure. libsql does not reset a statement that failed,
 * and no later transaction can commit while that statement is open.
 */
class Connection implements SqliteDatabase {
  readonly #open: () => InstanceType<typeof Libsql>;
  #database: InstanceType<typeof Libsql>;
  #failed = false;

  constructor(file: string, timeoutMs: number) {
    this.#open = () => {
      const database = new Libsql(file, { timeout: timeoutMs });
      // Readers (the thread that builds neighbours) and the writer do not wait for each other.
      database.exec("pragma journal_mode = wal");
      return database;
    };
    this.#database = this.#open();
  }

  prepare(sql: string): SqliteStatement {
    if (this.#failed && sql !== "rollback") this.#reopen();
    // All transactions write. SQLite waits for the write lock only if the transaction begins with it.
    const statement = this.#guard(() => this.#database.prepare(sql === "begin" ? "begin immediate" : sql));
    return {
      reader: statement.reader,
      all: (parameters) => this.#guard(() => statement.all(parameters)),
      run: (parameters) => this.#guard(() => statement.run(parameters)),
      iterate: (parameters) => statement.iterate(parameters),
    };
  }

  close(): void {
    this.#database.close();
  }

  #reopen(): void {
    const database = this.#guard(this.#open);
    this.#database.close();
    this.#database = database;
    this.#failed = false;
  }

  #guard<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (!isSqliteFailure(error)) throw error;
      this.#failed = true;
      throw new StorageUnavailable(error);
    }
  }
}
