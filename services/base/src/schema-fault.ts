import { expected, type Rule } from "./expected.ts";

/** The fault that a validator reports, ajv or TypeBox. */
export interface SchemaFault {
  keyword: string;
  instancePath: string;
  schemaPath: string;
  params: object;
  /** What verbose ajv adds: the value and the schema whose keyword failed. */
  data?: unknown;
  parentSchema?: object;
}

/** The most characters of a client's value in a message. */
const LONGEST_VALUE = 40;

/**
 * Describes a fault for people, with its place:
 * `items[3].rating: expected a whole number from 1 to 5, got 0`. The message never quotes a
 * client's text. `root` is the name of the whole value. `prefix` is added before the place of its
 * parts.
 */
export function describeFaults(
  faults: readonly SchemaFault[],
  value?: unknown,
  schema?: unknown,
  root = "the value",
  prefix = "",
): string {
  // If a union fails, the branch that matched deepest is the intended one.
  const deepest = Math.max(...faults.map(({ instancePath }) => depth(instancePath)));
  const fault = faults.find(({ instancePath }) => depth(instancePath) === deepest)!;
  const path = pointer(fault.instancePath);
  const found = "data" in fault ? fault.data : valueAt(value, path);
  const rule = ruleOf(schema, fault);
  const params = fault.params as Record<string, unknown>;
  if (fault.keyword === "required") {
    const missing = [params.requiredProperties ?? params.missingProperty].flat().map(String);
    const place = placeOf(prefix, [...path, missing[0]!]);
    const member = rule.properties?.[missing[0]!];
    return `${place}: expected ${member === undefined ? "a value" : expected(member)}, got nothing`;
  }
  if (fault.keyword === "additionalProperties" || fault.schemaPath.endsWith("/additionalProperties")) {
    const name = String([params.additionalProperties ?? params.additionalProperty ?? path.pop()].flat()[0]);
    const known = Object.keys(ruleOf(schema, { ...fault, keyword: "additionalProperties" }).properties ?? {});
    const names = known.length > 0 ? `; known are ${known.join(", ")}` : "";
    return `${placeOf(prefix, [...path, name])}: this member is not known${names}`;
  }
  return `${path.length > 0 ? placeOf(prefix, path) : root}: expected ${expected(rule)}, got ${shown(found)}`;
}

const depth = (path: string) => path.split("/").length;

function pointer(path: string): string[] {
  return path
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The place as `items[3].rating`. A client's name is cut and escaped. */
function placeOf(prefix: string, path: readonly string[]): string {
  const parts = path.map((key) => {
    if (/^\d+$/.test(key)) return `[${key}]`;
    return /^[\w-]{1,64}$/.test(key) ? `.${key}` : `[${JSON.stringify(key.slice(0, LONGEST_VALUE))}]`;
  });
  return `${prefix}${parts.join("")}`.replace(/^\./, "");
}

/** The schema whose keyword failed. ajv's path ends with the keyword, TypeBox's with the schema. */
function ruleOf(schema: unknown, { schemaPath, keyword, parentSchema }: SchemaFault): Rule {
  if (parentSchema !== undefined) return parentSchema;
  const path = pointer(schemaPath.replace(/^[^#]*#/, ""));
  if (path.at(-1) === keyword) path.pop();
  return (valueAt(schema, path) ?? {}) as Rule;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
}

/** Numbers, names and short words are shown. For a longer text only its length is shown. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value))
    return value.length === 1 ? "a list of 1 item" : `a list of ${value.length} items`;
  if (value !== null && typeof value === "object") return "an object";
  if (typeof value !== "string") return String(value);
  return value.length <= LONGEST_VALUE && /^[\w.:+-]*$/.test(value)
    ? JSON.stringify(value)
    : `a string of ${value.length} characters`;
}
