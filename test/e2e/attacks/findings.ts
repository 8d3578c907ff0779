/** The findings and their tests: the source of the table in docs/verified.md. */
export interface Finding {
  /** The number in the report of the security review. */
  number: number;
  what: string;
  /**
   * The kinds of attacks of `npm run test:attacks` that repeat it, if it can be tried over HTTP.
   */
  kinds?: string[];
  /** The paths of test files from the root of the repository. */
  tests: string[];
  /** The effect before the fix. */
  before: string;
  /** The effect now. Times are the p95 of `/livez` in the short form on two cores. */
  now: string;
}

export const FINDINGS: readonly Finding[] = [
  {
    number: 1,
    what: "Open Inference `outputs` repeated 100,000 times; answers of any size",
    kinds: ["answers"],
    tests: ["test/sentiment/open-inference.test.ts", "test/sentiment/explain.test.ts"],
    before: "4,254 bytes killed four replicas",
    now: "`/livez` 2 to 66 ms, nothing lost",
  },
  {
    number: 2,
    what: "open routes, pipelined",
    kinds: ["open-routes"],
    tests: ["test/base/open-routes.test.ts"],
    before: "`/livez` waited 13 s",
    now: "`/livez` 0 to 31 ms, 429 above the rate",
  },
  {
    number: 3,
    what: "unread answers, unfinished bodies, connections without end",
    kinds: ["memory"],
    tests: [
      "test/base/bytes-in-flight.test.ts",
      "test/base/memory-release.test.ts",
      "test/base/open-routes.test.ts",
    ],
    before: "45 clients killed the process; 877 MB",
    now: [
      "the process lives; 363 to 392 MiB before, at most 539 MiB after; `/livez` 10 ms, but 292 to 318 ms",
      "beside 200 unfinished bodies of 4 MB (goal: 100 ms)",
    ].join(" "),
  },
  {
    number: 4,
    what: "`score --out` through a link empties its input",
    tests: ["test/sentiment/file-links.test.ts"],
    before: "the input was empty",
    now: "refused, the input is whole",
  },
  {
    number: 5,
    what: "no receive limits after a stream",
    kinds: ["exemptions"],
    tests: ["test/sentiment/slow-clients.test.ts", "test/sentiment/stream.test.ts"],
    before: "46 s without an end",
    now: "ended, `/livez` 0 ms",
  },
  {
    number: 6,
    what: "pages of other origins, DNS rebinding",
    kinds: ["origins"],
    tests: ["test/base/host-and-origin.test.ts"],
    before: "202, 200",
    now: "403, 421",
  },
  {
    number: 7,
    what: "links, devices and unhashed files in a model folder",
    tests: ["test/models/hostile-folder.test.ts"],
    before: "`/proc/self/environ` was served",
    now: "refused at the start",
  },
  {
    number: 8,
    what: "rates count requests instead of cost; wrong keys are not counted",
    kinds: ["cost", "keys"],
    tests: ["test/base/rates.test.ts", "test/base/access.test.ts"],
    before: "12 of 12 wrong keys answered 401",
    now: "`/livez` 0 to 3 ms; 429 for cost, and for wrong keys after 20 in a minute",
  },
  {
    number: 9,
    what: "keys between the services; credentials in logs",
    kinds: ["credentials"],
    tests: [
      "test/base/access.test.ts",
      "test/contract/secrets.test.ts",
      "test/e2e/slow/recommender-process.test.ts",
    ],
    before: "the key was logged",
    now: [
      "keys between the services; no secret in the configuration, in errors, in answers, in metrics,",
      "in logs at level `trace`",
    ].join(" "),
  },
  {
    number: 10,
    what: "gzip into a stream",
    kinds: ["unpacking"],
    tests: ["test/sentiment/stream.test.ts"],
    before: "25 s of a core, not finished",
    now: "`/livez` 2 to 41 ms, the stream is ended",
  },
  {
    number: 11,
    what: "PostgreSQL gone; NUL in an id",
    tests: ["test/e2e/slow/storage-failures.test.ts", "test/recommender/feedback-items.test.ts"],
    before: "500",
    now: "503 with Retry-After, and back without a restart; 400",
  },
  {
    number: 12,
    what: "JSON that is slow to parse",
    kinds: ["parsing"],
    tests: ["test/base/bytes-in-flight.test.ts", "test/base/fair-turn.test.ts"],
    before: "1.1 s of the event loop",
    now: "`/livez` 7 to 48 ms, 400",
  },
  {
    number: 13,
    what: "CSV formulas in the page's download",
    tests: ["test/e2e/browser/many-texts.ts"],
    before: "written as they were",
    now: "escaped, with a switch; the file's own columns stay as they were",
  },
  {
    number: 14,
    what: "headers checked on some routes only",
    kinds: ["headers"],
    tests: ["test/sentiment/deadline.test.ts", "test/base/host-and-origin.test.ts"],
    before: "504, 424",
    now: "400, 404, 405, 415, 431",
  },
  {
    number: 15,
    what: "security headers on the page's routes only",
    tests: ["test/base/host-and-origin.test.ts"],
    before: "no nosniff on JSON and the documentation",
    now: "on every response",
  },
  {
    number: 16,
    what: "a predictable name beside the output follows a link",
    tests: ["test/sentiment/file-links.test.ts"],
    before: "the link's target was written",
    now: "no link is followed",
  },
  {
    number: 17,
    what: "one IPv6 client has any number of rates",
    tests: ["test/base/rates.test.ts"],
    before: "a rate per address",
    now: "a rate per /64 network",
  },
  {
    number: 18,
    what: "two `Host` headers, HTTP/0.9",
    kinds: ["headers"],
    tests: ["test/base/host-and-origin.test.ts"],
    before: "200",
    now: "400",
  },
  {
    number: 19,
    what: "supply chain",
    tests: ["test/contract/workflows.test.ts"],
    before: "tags, `latest`, nothing signed",
    now: [
      "minimal permissions, signatures and vulnerabilities checked by CI, signed images;",
      "actions and base images are still named by tags",
    ].join(" "),
  },
];
