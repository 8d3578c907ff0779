import type { Target } from "./target.ts";

/** One way to hurt the service, repeated for as long as the attack lasts. */
export interface Attack {
  /** What is sent, in words; the row of the table has the same. */
  name: string;
  /** The kind of findings.ts that it belongs to. */
  kind: string;
  /** How many attackers do it at the same time. */
  attackers: number;
  /**
   * The statuses that the service may answer with. Connections that it ends without an answer are
   * allowed.
   */
  statuses: number[];
  /**
   * The goals for waits are missed by this attack (docs/verified.md): what it may delay others at
   * most, in ms.
   */
  knownDelayMs?: number;
  /** Sent to a service with API_KEYS; the honest client has one of them. */
  needsKeys?: boolean;
  /** How many answers of a status there may be in one attack. */
  most?: Record<number, number>;
  /** One round of one attacker. It ends early when `target.over` is aborted. */
  round: (target: Target) => Promise<unknown>;
}
