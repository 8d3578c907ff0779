import type { Static, TObject, TSchema } from "typebox";
import { Value } from "typebox/value";
import { expected, type Rule } from "./expected.ts";

/** One environment variable of a schema: `maxBodyBytes` is read from `MAX_BODY_BYTES`. */
interface Setting {
  key: string;
  variable: string;
  schema: TSchema & Rule & { description?: string; secret?: boolean };
}

/** Every fault of an environment at once, one line a fault. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.name = "ConfigError";
    this.faults = faults;
  }
}

/**
 * Reads one flat schema from environment variables. An unset or empty variable takes the schema's default;
 * a value is refused, never reshaped.
 */
export function readConfig<S extends TObject>(schema: S, env: NodeJS.ProcessEnv): Readonly<Static<S>> {
  const faults: string[] = [];
  const config: Record<string, unknown> = {};
  for (const setting of settingsOf(schema)) {
    const raw = env[setting.variable] || undefined;
    const value = raw === undefined ? setting.schema.default : parse(raw, setting.schema.type);
    config[setting.key] = value;
    if (Value.Check(setting.schema, value)) continue;
    const got = raw === undefined ? "nothing" : setting.schema.secret ? "[redacted]" : JSON.stringify(raw);
    faults.push(`${setting.variable}: expected ${expected(setting.schema)}, got ${got}`);
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(config) as Readonly<Static<S>>;
}

/** The configuration as it may be logged: the values of secrets are left out. */
export function printableConfig<S extends TObject>(schema: S, config: Static<S>): Record<string, unknown> {
  const values = config as Record<string, unknown>;
  return Object.fromEntries(
    settingsOf(schema).map(({ key, schema }) => [key, schema.secret ? "[redacted]" : values[key]]),
  );
}

/** The Markdown table a README shows; a test holds the two together. */
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
