import { closed, describeFaults, Problem, TimeoutHeader } from "@undertone/base";
import Type from "typebox";
import { Compile } from "typebox/compile";
import { BatchItem, MAX_ID_LENGTH, ScoringQuery } from "./schemas.ts";

/** Why an item cannot be scored, if this is known before the engine sees it. */
export interface ItemFault {
  code: "invalid_item";
  detail: string;
}

/** An item of a batch: its text, or its fault. */
export interface Item {
  id?: string;
  text?: string;
  fault?: ItemFault;
}

const item = Compile(BatchItem);

/** Reads one item of a batch at `index`, or one line of a stream. */
export function readItem(value: unknown, index?: number): Item {
  if (item.Check(value)) return value;
  const [root, prefix] = index === undefined ? ["the line", ""] : [`items[${index}]`, `items[${index}]`];
  const detail = `${describeFaults(item.Errors(value), value, BatchItem, root, prefix)}.`;
  const id = (value as { id?: unknown } | null | undefined)?.id;
  return {
    ...(typeof id === "string" && id.length <= MAX_ID_LENGTH && { id }),
    fault: { code: "invalid_item", detail },
  };
}

/**
 * Validators for a batch whose items are checked one by one, so that a fault of one item does not
 * refuse the others.
 */
export function checkBatch(maxItems: number) {
  const items = Type.Array(Type.Unknown(), { minItems: 1, maxItems });
  const parts = {
    body: { schema: Type.Object({ items }, closed), code: "invalid_body" },
    headers: { schema: TimeoutHeader, code: "invalid_header" },
    querystring: { schema: ScoringQuery, code: "invalid_query" },
  };
  return ({ httpPart = "body" }: { httpPart?: string }) => {
    const { schema, code } = parts[httpPart as keyof typeof parts];
    const compiled = Compile(schema);
    return (value: unknown) => {
      if (compiled.Check(value)) return true;
      const detail = describeFaults(compiled.Errors(value), value, schema, `the ${httpPart}`);
      return { error: new Problem(code, `${detail}.`) };
    };
  };
}
