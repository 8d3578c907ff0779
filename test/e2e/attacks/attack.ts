import type { Target } from "./target.ts";

/** One way to attack the service, repeated until the attack ends. */
export interface Attack {
  /** A description of the requests. */
  name: string;
  /** The kind in findings.ts. */
  kind: string;
  /** The number of concurrent attackers. */
  attackers: number;
  /**
   * The statuses that the service may answer with. Connections that it ends without an answer are
   * allowed.
   */
  statuses: number[];
  /**
   * The maximum delay of other requests, in milliseconds, if this attack misses the usual goal
   * (docs/verified.md).
   */
  knownDelayMs?: number;
  /** Whether the service has API_KEYS. The honest client has one of them. */
  needsKeys?: boolean;
  /** The maximum number of answers with a status in one attack. */
  most?: Record<number, number>;
  /** One round of one attacker. It ends early if `target.over` is aborted. */
  round: (target: Target) => Promise<unknown>;
}
