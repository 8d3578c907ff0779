/** What was found, and what holds it from now on: the source of the table in docs/verified.md. */
export interface Finding {
  /** Number in the report of the attack from outside. */
  number: number;
  what: string;
  /** The kind of attacks of `npm run test:attacks` that tries it again, if it can be tried over HTTP. */
  kind?: string;
  /** Test files, from the root of the repository. */
  tests: string[];
  /** What was seen at the commit that was attacked. */
  before: string;
}

export const FINDINGS: readonly Finding[] = [
  {
    number: 1,
    what: "Open Inference `outputs` repeated 100,000 times; answers of any size",
    kind: "answers",
    tests: ["test/sentiment/open-inference.test.ts", "test/sentiment/explain.test.ts"],
    before: "4,254 bytes killed four replicas",
  },
  {
    number: 2,
    what: "open routes, pipelined",
    kind: "open-routes",
    tests: ["test/base/open-routes.test.ts"],
    before: "`/livez` waited 13 s",
  },
  {
    number: 3,
    what: "unread answers, unfinished bodies, connections without end",
    kind: "memory",
    tests: [
      "test/base/bytes-in-flight.test.ts",
      "test/base/memory-release.test.ts",
      "test/base/open-routes.test.ts",
    ],
    before: "45 clients killed the process; 877 MB",
  },
  {
    number: 4,
    what: "`score --out` through a link empties its input",
    tests: ["test/sentiment/file-links.test.ts"],
    before: "the input was empty",
  },
  {
    number: 5,
    what: "no receive limits after a stream",
    kind: "exemptions",
    tests: ["test/sentiment/slow-clients.test.ts", "test/sentiment/stream.test.ts"],
    before: "46 s without an end",
  },
  {
    number: 6,
    what: "pages of other origins, DNS rebinding",
    kind: "origins",
    tests: ["test/base/host-and-origin.test.ts"],
    before: "202, 200",
  },
  {
    number: 7,
    what: "links, devices and unhashed files in a model folder",
    tests: ["test/models/hostile-folder.test.ts"],
    before: "`/proc/self/environ` was served",
  },
  {
    number: 8,
    what: "rates count requests instead of cost; wrong keys are not counted",
    kind: "cost",
    tests: ["test/base/rates.test.ts", "test/base/access.test.ts"],
    before: "12 of 12 wrong keys answered 401",
  },
  {
    number: 9,
    what: "keys between the services; credentials in logs",
    tests: ["test/base/access.test.ts"],
    before: "the key was logged",
  },
  {
    number: 10,
    what: "gzip into a stream",
    kind: "unpacking",
    tests: ["test/sentiment/stream.test.ts"],
    before: "25 s of a core, not finished",
  },
  {
    number: 12,
    what: "JSON that is slow to parse",
    kind: "parsing",
    tests: ["test/base/bytes-in-flight.test.ts", "test/base/fair-turn.test.ts"],
    before: "1.1 s of the event loop",
  },
  {
    number: 14,
    what: "headers checked on some routes only",
    kind: "headers",
    tests: ["test/sentiment/deadline.test.ts", "test/base/host-and-origin.test.ts"],
    before: "504, 424",
  },
];
