import type { Sent } from "./send.ts";

/**
 * Hostile values for texts, names and numbers. An answer that repeats one could be larger than the
 * request.
 */
const VALUES: Record<string, unknown> = {
  "100,000 letters": "a".repeat(100_000),
  "1,000 words": "good ".repeat(1_000),
  "200 control characters": "\u0001".repeat(200),
  "100,000 control characters": "\u0001".repeat(100_000),
  "200 emoji": "😀".repeat(100),
  "halves of surrogate pairs": "\ud800".repeat(200),
  "quotes and markup": '"\\<b>&amp;'.repeat(10_000),
  "lists in lists": nested(60),
  "a name of control characters": { ["\u0001".repeat(100_000)]: 1 },
  "5,000 names that do not exist": Object.fromEntries(
    Array.from({ length: 5_000 }, (_, n) => [`name ${n}`, n]),
  ),
  "1,000 faults": Array.from({ length: 1_000 }, (_, n) => ({ ["\u0001".repeat(100)]: n })),
  "a number above all others": Number.MAX_VALUE,
};

function nested(depth: number): unknown {
  return depth === 0 ? "\u0001".repeat(1_000) : [nested(depth - 1)];
}

/** Bodies with the member names of all routes around a hostile value. */
const AROUND: ((value: unknown) => unknown)[] = [
  (value) => value,
  (value) => ({ text: value }),
  (value) => ({ text: "A great film.", id: value, [String(value).slice(0, 4_000)]: value }),
  (value) => ({ items: value }),
  (value) => ({ items: many({ id: value, text: "A great film." }) }),
  (value) => ({ items: many({ text: value }) }),
  (value) => ({ items: many({ user_id: value, item_id: value, text: value, at: value }) }),
  (value) => ({ items: many({ user_id: "u", item_id: "i", rating: value }) }),
  (value) => ({ inputs: value }),
  (value) => ({ inputs: many(value) }),
  (value) => ({ inputs: many([value]) }),
  (value) => ({ inputs: "A great film.", parameters: { top_k: value, function_to_apply: value } }),
  (value) => ({ ...tensor("A great film."), id: value }),
  (value) => ({ ...tensor("A great film."), outputs: many({ name: value }) }),
  (value) => tensor(...(many(value) as unknown[])),
  (value) => ({ category: value, hidden: value }),
];

/** The size of bodies. Larger ones take longer and run the same code. */
const BODY_BYTES = 500_000;

/** As many copies of a value as fit into a body, at most 1,000. */
function many(value: unknown): unknown {
  const size = JSON.stringify(value).length + 2;
  return Array.from({ length: Math.max(1, Math.min(1_000, Math.floor(BODY_BYTES / size))) }, () => value);
}

function tensor(...data: unknown[]) {
  return { inputs: [{ name: "text", datatype: "BYTES", shape: [data.length], data }] };
}

const BODIES = Object.entries(VALUES).flatMap(([kind, value]) =>
  AROUND.map((around, n) => ({ kind: `${kind}, place ${n}`, body: JSON.stringify(around(value)) })),
);
const RAW: Record<string, string> = {
  "4 MB of [": "[".repeat(4_000_000),
  "objects in objects": '{"a":'.repeat(100_000),
  "a string without an end": `{"${"\u0001".repeat(100_000)}`,
  nothing: "",
  "an id of 4 MB": JSON.stringify({
    id: "i".repeat(4_000_000),
    items: [{ id: "i".repeat(10_000), text: "good" }],
  }),
  "1,000 ids of 200 control characters": JSON.stringify({
    items: Array.from({ length: 1_000 }, () => ({ id: "\u0001".repeat(200), text: "good" })),
  }),
};
const TABLES: Record<string, string> = {
  "rows of one letter below 9,000 columns": `text${",a".repeat(9_000)}\n${"a\n".repeat(200)}`,
  "a header of 100,000 columns": `${"column,".repeat(100_000)}text\na\n`,
  "no such column": `${"\u0001 long name of a column ".repeat(2_000)},b\nc,d\n`,
  "names of columns that are long": `${Array.from({ length: 50 }, (_, n) => `${n}${"n".repeat(5_000)}`).join()}\na\n`,
  "a text of quotes": `text\n"${'""'.repeat(40_000)}"\n`,
  "lines that are no JSON": `{"text":"good"}\n${"\u0001".repeat(2_000)}\n`.repeat(50),
  "lines of one number": `{"text":"good"}\n${"1\n".repeat(5_000)}`,
};
const OPTIONS = [
  "",
  `?format=jsonl&resultPrefix=${"p".repeat(64)}`,
  "?format=csv&outputEncoding=utf-32le&summary=line",
  "?format=json",
];

/** The hostile bodies of a media type, each with its query. */
export function hostileBodies(type: string): Sent[] {
  const headers = { "content-type": type };
  if (type.includes("ndjson") || type.includes("json"))
    return [...BODIES, ...Object.entries(RAW).map(([kind, body]) => ({ kind, body }))].map(
      ({ kind, body }) => ({
        kind,
        headers,
        body: type.includes("ndjson") ? `${body}\n`.repeat(body.length < 2_000 ? 100 : 1) : body,
      }),
    );
  const form = type.startsWith("multipart");
  return Object.entries(TABLES).flatMap(([kind, body]) =>
    OPTIONS.map((query) => ({
      kind,
      query,
      headers: form ? { "content-type": `${type}; boundary=b` } : headers,
      body: form
        ? `--b\r\ncontent-disposition: form-data; name="${"n".repeat(5_000)}"; filename="${"f".repeat(5_000)}"\r\n\r\n${body}\r\n--b--\r\n`
        : body,
    })),
  );
}

const LONG = "a".repeat(8_000);
const BYTES = "\u00ff".repeat(8_000);
const HEADERS = [
  "authorization",
  "x-api-key",
  "origin",
  "host",
  "cookie",
  "accept",
  "accept-encoding",
  "content-type",
  "content-encoding",
  "if-none-match",
  "inference-header-content-length",
  "traceparent",
  "x-forwarded-for",
  "x-request-id",
  "x-request-timeout-ms",
  "expect",
  "a-header-that-nobody-reads",
];
/** An allowed origin, whose pages may send CORS preflights. */
export const ORIGIN = "https://page.example";

export const LONG_QUERY: Sent = { kind: "a long query", query: `?${"a".repeat(10_000)}=b` };
/** Long request heads, for all routes and methods. */
export const HEADS: Sent[] = [
  ...HEADERS.flatMap((name) =>
    [LONG, BYTES].map((value) => ({ kind: `a long ${name}`, headers: { [name]: value } })),
  ),
  { kind: "a header above Node's limit", headers: { a: "a".repeat(30_000) } },
  {
    kind: "1,000 headers",
    headers: Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`a${n}`, "b"])),
  },
  LONG_QUERY,
  {
    kind: "a body of 5 MB that never comes",
    headers: { "content-type": "application/json", "content-length": "5000000" },
  },
  {
    kind: "a query of 1,000 names",
    query: `?${Array.from({ length: 1_000 }, (_, n) => `n${n}=v`).join("&")}`,
  },
  ...["n", "category", "unscorable", "id", "textColumn", "delimiter", "encoding", "resultPrefix"].map(
    (name) => ({
      kind: `a long ${name}`,
      query: `?${name}=${"%01".repeat(3_000)}`,
    }),
  ),
  ...[1_000, 1_001, 8_000].map((length) => ({
    kind: `a page that asks to send headers of ${length} characters`,
    method: "OPTIONS",
    headers: {
      origin: ORIGIN,
      "access-control-request-method": "POST",
      "access-control-request-headers": "a".repeat(length),
    },
  })),
];

/** Hostile values of path parameters. */
export const PARAMETERS = [
  "a".repeat(200),
  "a".repeat(10_000),
  "%F0%9F%98%80".repeat(199),
  "%01".repeat(200),
  "%22".repeat(2_000),
  "%".repeat(200),
  "%ff",
  "..%2f".repeat(500),
];
