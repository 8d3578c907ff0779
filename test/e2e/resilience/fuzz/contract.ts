import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { parse } from "yaml";

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, unknown> }> }>>;
}

const document: Document = parse(readFileSync(new URL("../../../openapi.yaml", import.meta.url), "utf8"));
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
ajv.addSchema(document, "openapi");
const validators = new Map<string, ValidateFunction>();
const pointer = (...parts: string[]) =>
  parts.map((part) => `/${part.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** What an answer has that the contract does not allow, in words; undefined where it is as documented. */
export function breach(
  path: string,
  {
    status,
    headers,
    body,
  }: { status: number; headers: { "content-type"?: string | undefined }; body: string },
): string | undefined {
  const response = document.paths[path]!.post!.responses[status];
  if (response === undefined) return `status ${status} is not documented`;
  const type = headers["content-type"]?.split(";", 1)[0] ?? "none";
  if (response.content?.[type] === undefined) return `${type} is not documented for ${status}`;
  const validate = validator(
    `#${pointer("paths", path, "post", "responses", String(status), "content", type, "schema")}`,
  );
  const bodies = type === "application/x-ndjson" ? body.trimEnd().split("\n") : [body];
  for (const one of bodies) {
    if (!validate(JSON.parse(one))) return `${status}: ${ajv.errorsText(validate.errors)}`;
  }
  return undefined;
}

/** The same for what is refused before there is a request: any problem document. */
export function problemBreach(body: string): string | undefined {
  const validate = validator("#/components/schemas/Problem");
  return validate(JSON.parse(body)) ? undefined : ajv.errorsText(validate.errors);
}

/** Compiled once: ajv keeps what it compiles, and a new `{ $ref }` for every answer would fill the memory. */
function validator(place: string): ValidateFunction {
  const known = validators.get(place) ?? ajv.compile({ $ref: encodeURI(`openapi${place}`) });
  validators.set(place, known);
  return known;
}
