/** What the cases of the fuzzer are made of, for the figures. */
export type Kind = "repeated names" | "long ids" | "compressed bodies" | "broken bodies";

/** One request with a body. */
export interface Body {
  service: "sentiment" | "recommender";
  method: "POST" | "PUT";
  /** The path as the contract has it, for example `/items/{id}`. */
  route: string;
  /** The path and the query as they are sent. */
  path: string;
  type: string;
  headers: Record<string, string>;
  /** As it is sent. */
  bytes: Buffer;
  /** Without compression. */
  plain: Buffer;
  kinds: Kind[];
}

export const JSON_TYPE = "application/json";

export function toBody(
  route: string,
  source: string | Buffer,
  more: Partial<Omit<Body, "route" | "bytes" | "plain">> = {},
): Body {
  const bytes = Buffer.from(source);
  return {
    service: "sentiment",
    method: "POST",
    path: route,
    type: JSON_TYPE,
    headers: {},
    kinds: [],
    ...more,
    route,
    bytes,
    plain: bytes,
  };
}
