/**
 * The database is unreachable, slow, full or read-only. The statement itself is correct, so the same
 * request can succeed later. `inDoubt` is true if a commit failed: it may have taken effect or not.
 */
export class StorageUnavailable extends Error {
  readonly inDoubt: boolean;

  constructor(cause: unknown, { inDoubt = false } = {}) {
    super("The database cannot be used now.", { cause });
    this.name = "StorageUnavailable";
    this.inDoubt = inDoubt;
  }
}

const SQLITE = /^SQLITE_(BUSY|CANTOPEN|CORRUPT|FULL|IOERR|LOCKED|NOMEM|NOTADB|PROTOCOL|READONLY)/;

/**
 * SQLSTATE classes: 08 connection, 28 authorization, 3D no such database, 40 rolled back by the
 * server, 53 out of disk, memory or connections, 55 object in use, 57 stopped by an operator, 58
 * and XX the server's own failure; 25006 is a standby that takes no writes.
 */
const SQLSTATE = /^(08|28|3D|40|53|55|57|58|XX)|^25006$/;

/** Whether the cause of an error of SQLite is the database, and not the statement. */
export function isSqliteFailure(error: unknown): boolean {
  return SQLITE.test((error as { code?: string }).code ?? "");
}

/**
 * The same for PostgreSQL. An error without a SQLSTATE did not come from the server: the connection
 * failed.
 */
export function isPostgresFailure(error: unknown): boolean {
  const { code = "" } = error as { code?: string };
  return !/^[0-9A-Z]{5}$/.test(code) || SQLSTATE.test(code);
}
