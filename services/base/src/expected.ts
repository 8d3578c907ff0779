/** The parts of a JSON schema that say what a value must be. */
export interface Rule {
  expected?: string;
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Rule[];
  items?: Rule;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  format?: string;
  pattern?: string;
  properties?: Record<string, Rule>;
  default?: unknown;
}

/**
 * Describes the values that a schema accepts: "a whole number from 0 to 65535", "one of auto, cpu,
 * cuda".
 */
export function expected(rule: Rule): string {
  if (rule.expected !== undefined) return rule.expected;
  if (rule.enum !== undefined) return `one of ${rule.enum.join(", ")}`;
  if (rule.const !== undefined) return JSON.stringify(rule.const);
  if (rule.anyOf !== undefined) return [...new Set(rule.anyOf.map(expected))].join(" or ");
  switch (rule.type) {
    case "boolean":
      return "true or false";
    case "number":
      return `a number${range(rule.minimum, rule.maximum)}`;
    case "integer":
      return `a whole number${range(rule.minimum, rule.maximum)}`;
    case "array":
      return `a list${count(rule.minItems, rule.maxItems)}`;
    case "object":
      return "an object";
    default:
      return text(rule);
  }
}

function range(minimum?: number, maximum?: number): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `, ${minimum} or more`;
  return maximum === undefined ? "" : `, ${maximum} or less`;
}

function count(least?: number, most?: number): string {
  const items = (n: number) => (n === 1 ? "1 item" : `${n} items`);
  if (least !== undefined && most !== undefined) return ` of ${least} to ${items(most)}`;
  if (least !== undefined) return ` of at least ${items(least)}`;
  return most === undefined ? "" : ` of at most ${items(most)}`;
}

function text({ minLength = 0, maxLength, format, pattern }: Rule): string {
  if (format === "date-time") return "a date and time such as 2026-01-31T12:00:00Z";
  if (maxLength !== undefined) return `a string of ${minLength} to ${maxLength} characters`;
  if (pattern !== undefined) return "a string of the documented form";
  return minLength > 0 ? "a string that is not empty" : "a string";
}
