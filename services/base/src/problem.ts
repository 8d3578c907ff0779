import Type from "typebox";

/** Options of a TypeBox object that has no members but those listed. */
export const closed = { additionalProperties: false };

/** The status and title of each code. Each service has one such table. A code is never reused. */
export type ProblemTable = Readonly<Record<string, { readonly status: number; readonly title: string }>>;

/** The problems that every HTTP service can answer with. */
export const COMMON_PROBLEMS = {
  invalid_body: { status: 400, title: "The body does not match the schema." },
  invalid_header: { status: 400, title: "A header does not match the schema." },
  malformed_request: { status: 400, title: "The request is not valid HTTP." },
  foreign_origin: { status: 403, title: "A web page of another origin may not send this request." },
  misdirected_request: { status: 421, title: "The service does not answer under this host name." },
  unauthorized: { status: 401, title: "A valid API key is needed." },
  not_found: { status: 404, title: "There is no such resource." },
  method_not_allowed: { status: 405, title: "The route does not take this method." },
  request_timeout: { status: 408, title: "The request was not sent in time." },
  body_too_large: { status: 413, title: "The body is too large." },
  unsupported_media_type: { status: 415, title: "The body's media type is not supported." },
  rate_limited: { status: 429, title: "This client has reached its rate limit." },
  headers_too_large: { status: 431, title: "The headers are too large." },
  overloaded: { status: 503, title: "The service cannot take more work now." },
  draining: { status: 503, title: "The service is shutting down." },
  deadline_exceeded: { status: 504, title: "The deadline passed before the answer was ready." },
  internal: { status: 500, title: "The service failed." },
} as const satisfies ProblemTable;

/**
 * The longest `detail`, in UTF-16 units. The limit keeps an answer from repeating a long request.
 */
const MAX_DETAIL = 200;

/**
 * An error that is answered as an RFC 9457 problem document. `detail` must never quote a client's
 * text.
 */
export class Problem<Code extends string = string> extends Error {
  readonly code: Code;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: Code,
    detail: string,
    headers: Readonly<Record<string, string>> = {},
    maxDetail = MAX_DETAIL,
  ) {
    super(detail.length > maxDetail ? `${detail.slice(0, maxDetail - 1)}…` : detail);
    this.name = "Problem";
    this.code = code;
    this.headers = headers;
  }
}

export function problemDocument(table: ProblemTable, code: string, detail: string) {
  const { status, title } = table[code]!;
  return { type: `urn:undertone:problem:${code}`, title, status, detail, code };
}

/** The document's schema, for `app.addSchema`: responses refer to it as `Problem#`. */
export function problemSchema(table: ProblemTable) {
  return Type.Object(
    {
      type: Type.String({ format: "uri", description: "`urn:undertone:problem:` followed by the code." }),
      title: Type.String({ description: "The same for every problem of this code." }),
      status: Type.Integer({ description: "The HTTP status." }),
      detail: Type.String({ description: "The cause of the error in this request." }),
      code: Type.Enum(Object.keys(table), { description: "The stable name of the error, for programs." }),
    },
    { $id: "Problem", title: "Problem", additionalProperties: false },
  );
}

/**
 * The `response` entries of a route that can answer with these codes: by status, one example per
 * code.
 */
export function problemResponses<Table extends ProblemTable>(table: Table, codes: (keyof Table & string)[]) {
  const statuses = [...new Set(codes.map((code) => table[code]!.status))];
  const sameStatus = (status: number) => codes.filter((code) => table[code]!.status === status);
  return Object.fromEntries(statuses.map((status) => [status, problemResponse(table, sameStatus(status))]));
}

/** The table as Markdown, for the beginning of the API's documentation. */
export function problemTable(table: ProblemTable): string {
  const rows = Object.entries(table).map(
    ([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`,
  );
  return ["| code | status | meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

function problemResponse(table: ProblemTable, codes: string[]) {
  const examples = codes.map((code) => [code, { value: problemDocument(table, code, table[code]!.title) }]);
  return {
    description: codes.map((code) => `\`${code}\`: ${table[code]!.title}`).join(" "),
    content: {
      "application/problem+json": { schema: Type.Ref("Problem#"), examples: Object.fromEntries(examples) },
    },
  };
}
