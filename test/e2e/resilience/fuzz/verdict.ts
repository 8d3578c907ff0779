import { documentedBytes } from "../../../helpers/answer-limits.ts";
import type { WireAnswer } from "./answers.ts";
import type { Body } from "./body.ts";
import { type Answered, breach, problemBreach } from "./contract.ts";

/** The longest part of a path that a route takes, and the longest path that leaves room for headers. */
const MAX_PARAMETER = 2_400;
const MAX_PATH = 15_000;

/** What a service says of its own failures, in every protocol. */
const INTERNAL = "The service failed; its log has the cause.";
/** Below every documented limit. */
const SMALL = 2_048;

/** What is wrong with an answer to a body, in words; undefined if it is as documented. */
export function faultOf(body: Body, answer: Answered): string | undefined {
  if (!reachesRoute(body.path)) return looseFaultOf(body, answer);
  return failure(body, answer) ?? breach(body, answer);
}

/** Other paths have no route: they are too long, or cannot be decoded. */
function reachesRoute(path: string): boolean {
  if (path.split("/").some((part) => part.length > MAX_PARAMETER) || path.length > MAX_PATH) return false;
  try {
    decodeURIComponent(path.split("?", 1)[0]!);
    return true;
  } catch {
    return false;
  }
}

/**
 * The same on a connection that may be out of step, or whose request may be no HTTP: any problem
 * document is right, too.
 */
export function looseFaultOf(body: Body, answer: Answered): string | undefined {
  const failed = failure(body, answer);
  if (failed !== undefined) return failed;
  const foreign = breach(body, answer);
  return foreign === undefined || (answer.status >= 400 && problemBreach(answer.body) === undefined)
    ? undefined
    : foreign;
}

function failure({ route, plain }: Body, { status, body }: Answered): string | undefined {
  if (status === 500 || body.includes(INTERNAL)) return `${status} ${body.slice(-300)}`;
  const size = Buffer.byteLength(body);
  const most = size > SMALL ? documentedBytes(route, status, plain) : SMALL;
  return size > most ? `${status} with ${size} bytes, above ${most}` : undefined;
}

/**
 * The fault of what came over a connection to which these bodies were written, in order. `cut`: the
 * service may have ended it before it had answered everything.
 */
export function faultOfAll(bodies: Body[], answers: WireAnswer[], cut: boolean): string | undefined {
  if (answers.length > bodies.length) return `${answers.length} answers to ${bodies.length} requests`;
  for (const [n, answer] of answers.entries()) {
    const body = bodies[n]!;
    const last = n === answers.length - 1;
    // An incomplete file is an answer without an end, and the connection is closed.
    const broken = !answer.whole && !(last && (cut || body.route === "/sentiment/file"));
    if (broken) return `answer ${n} has no end`;
    const fault = answer.whole ? looseFaultOf(body, answer) : undefined;
    if (fault !== undefined) return `answer ${n}: ${fault}`;
  }
  const end = answers.at(-1);
  const refused = end !== undefined && (!end.whole || end.headers.connection === "close");
  if (answers.length < bodies.length && !refused && !cut)
    return `${answers.length} answers to ${bodies.length} requests, and no sign that the connection ends`;
  return undefined;
}
