import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { parse } from "yaml";
import type { Body } from "./body.ts";

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, unknown> }> }>>;
}

/** What is checked of an answer. */
export interface Answered {
  status: number;
  headers: { "content-type"?: string | undefined };
  body: string;
}

const FILES = { sentiment: "openapi.yaml", recommender: "services/recommender/openapi.yaml" };
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
const documents = Object.fromEntries(
  Object.entries(FILES).map(([service, file]) => {
    const document: Document = parse(readFileSync(new URL(`../../../../${file}`, import.meta.url), "utf8"));
    ajv.addSchema(document, service);
    return [service, document];
  }),
) as Record<Body["service"], Document>;
const validators = new Map<string, ValidateFunction>();
const pointer = (...parts: string[]) =>
  parts.map((part) => `/${part.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** What an answer has that the contract does not allow, in words; undefined where it is as documented. */
export function breach(
  { service, route, method }: Pick<Body, "service" | "route" | "method">,
  { status, headers, body }: Answered,
): string | undefined {
  const verb = method.toLowerCase();
  const response = documents[service].paths[route]![verb]!.responses[status];
  if (response === undefined) return `status ${status} is not documented`;
  const type = headers["content-type"]?.split(";", 1)[0] ?? "none";
  if (response.content?.[type] === undefined) return `${type} is not documented for ${status}`;
  // The rows of a file are its client's.
  if (route === "/sentiment/file" && status === 200) return undefined;
  const validate = validator(
    service,
    pointer("paths", route, verb, "responses", String(status), "content", type, "schema"),
  );
  const bodies = type === "application/x-ndjson" ? body.trimEnd().split("\n") : [body];
  for (const one of bodies) {
    if (!validate(JSON.parse(one))) return `${status}: ${ajv.errorsText(validate.errors)}`;
  }
  return undefined;
}

/** The same for what is refused before there is a request: any problem document. */
export function problemBreach(body: string): string | undefined {
  const validate = validator("sentiment", "/components/schemas/Problem");
  return validate(JSON.parse(body)) ? undefined : ajv.errorsText(validate.errors);
}

/** Compiled once: ajv keeps what it compiles, and a new `{ $ref }` for every answer would fill the memory. */
function validator(service: string, place: string): ValidateFunction {
  const $ref = encodeURI(`${service}#${place}`);
  const known = validators.get($ref) ?? ajv.compile({ $ref });
  validators.set($ref, known);
  return known;
}
