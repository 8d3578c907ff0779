import type { Static, TObject, TSchema } from "typebox";
import { Value } from "typebox/value";
import { hideCredentials, isAddress, printableAddress } from "./address.ts";
import { expected, type Rule } from "./expected.ts";

/** `address`: a URL whose scheme and host may be printed. */
type Secret = true | "address";

/** One environment variable, for example `MAX_BODY_BYTES` for the member `maxBodyBytes`. */
interface Setting {
  key: string;
  variable: string;
  schema: TSchema & Rule & { description?: string; secret?: Secret };
}

/** All faults of an environment, one line per fault. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.name = "ConfigError";
    this.faults = faults;
  }
}

/**
 * Reads a flat schema from environment variables. An unset or empty variable has the schema's
 * default. A wrong value is refused, never converted.
 */
export function readConfig<S extends TObject>(schema: S, env: NodeJS.ProcessEnv): Readonly<Static<S>> {
  const faults: string[] = [];
  const config: Record<string, unknown> = {};
  for (const setting of settingsOf(schema)) {
    const raw = env[setting.variable] || undefined;
    const value = raw === undefined ? setting.schema.default : parse(raw, setting.schema.type);
    config[setting.key] = value;
    if (Value.Check(setting.schema, value) && isParsable(setting.schema.secret, value)) continue;
    const got = raw === undefined ? "nothing" : refused(setting.schema.secret, raw);
    faults.push(`${setting.variable}: expected ${expected(setting.schema)}, got ${got}`);
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(config) as Readonly<Static<S>>;
}

/**
 * The configuration as it may be logged: without secrets, and without the credentials of addresses.
 */
export function printableConfig<S extends TObject>(schema: S, config: Static<S>): Record<string, unknown> {
  const values = config as Record<string, unknown>;
  return Object.fromEntries(
    settingsOf(schema).map(({ key, schema }) => [key, printable(schema.secret, values[key])]),
  );
}

function isParsable(secret: Secret | undefined, value: unknown): boolean {
  return secret !== "address" || value === "" || isAddress(String(value));
}

/** A refused value may belong to another setting and contain a password. */
function refused(secret: Secret | undefined, raw: string): string {
  return secret ? "[redacted]" : hideCredentials(JSON.stringify(raw));
}

function printable(secret: Secret | undefined, value: unknown): unknown {
  if (secret === "address") return value === "" ? "" : printableAddress(String(value));
  if (secret) return "[redacted]";
  return typeof value === "string" ? hideCredentials(value) : value;
}

/** The Markdown table of a README. A test compares the two. */
export function configTable(schema: TObject): string {
  const rows = settingsOf(schema).map(({ variable, schema }) => {
    const fallback = (schema.default ?? "") === "" ? "" : `\`${schema.default}\``;
    return `| \`${variable}\` | ${fallback} | ${expected(schema)} | ${schema.description ?? ""} |`;
  });
  return ["| variable | default | value | what it does |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function settingsOf(schema: TObject): Setting[] {
  return Object.entries(schema.properties).map(([key, property]) => ({
    key,
    variable: key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
    schema: property as Setting["schema"],
  }));
}

function parse(raw: string, type: string | undefined): unknown {
  if (type === "integer" && /^-?\d+$/.test(raw)) return Number(raw);
  if (type === "number" && /^-?\d+(\.\d+)?$/.test(raw)) return Number(raw);
  if (type === "boolean" && (raw === "true" || raw === "false")) return raw === "true";
  return raw;
}
