/** Which workspace or folder may import which: see docs/architecture.md, "What may import what". */
module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "commands-load-no-http",
      comment:
        "A command starts faster without the HTTP libraries: import an entry of @undertone/base that has none.",
      severity: "error",
      from: {
        path: "^services/sentiment/src/(scoring|file|table)/|^services/sentiment/src/(main|config)[.]ts$",
      },
      to: { path: "^services/base/src/index[.]ts$" },
    },
    { name: "no-orphan-packages", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "models-depends-on-nothing-of-ours",
      severity: "error",
      from: { path: "^models/" },
      to: { path: "^(trainer|services)/" },
    },
    {
      name: "models-through-its-one-entry",
      severity: "error",
      from: { path: "^(trainer|services)/" },
      to: { path: "^models/src/(?!index\\.ts$)" },
    },
    {
      name: "trainer-knows-no-service",
      severity: "error",
      from: { path: "^trainer/" },
      to: { path: "^services/(?!tables/)" },
    },
    {
      name: "tables-imports-nothing-of-ours",
      severity: "error",
      from: { path: "^services/tables/" },
      to: { path: "^(models|trainer|services/(?!tables/))" },
    },
    {
      name: "services-know-no-trainer",
      severity: "error",
      from: { path: "^services/" },
      to: { path: "^trainer/" },
    },
    {
      name: "base-imports-nothing-of-ours",
      severity: "error",
      from: { path: "^services/base/" },
      to: { path: "^(models|trainer|services/(?!base/))" },
    },
    {
      name: "client-knows-the-contract-alone",
      severity: "error",
      from: { path: "^services/client/" },
      to: { path: "^(models|trainer|services/(?!client/|base/))" },
    },
    {
      name: "recommender-knows-sentiment-through-its-client",
      severity: "error",
      from: { path: "^services/recommender/" },
      to: { path: "^(models|trainer|services/(?!recommender/|client/|base/|tables/|streams/))" },
    },
    {
      name: "sentiment-knows-nobody-who-calls-it",
      severity: "error",
      from: { path: "^services/sentiment/" },
      to: { path: "^services/(client|recommender)/" },
    },
    {
      name: "streams-imports-nothing-of-ours",
      severity: "error",
      from: { path: "^services/streams/" },
      to: { path: "^(models|trainer|services/(?!streams/))" },
    },
    {
      name: "ranking-is-pure",
      severity: "error",
      from: { path: "^services/recommender/src/ranking/" },
      to: { path: "^services/(?!recommender/src/ranking/)|^node_modules/" },
    },
    {
      name: "only-storage-knows-the-databases",
      severity: "error",
      from: { path: "^services/recommender/src/", pathNot: "^services/recommender/src/storage/" },
      to: { path: "node_modules/(kysely|libsql|pg)/" },
    },
    {
      name: "scoring-imports-no-protocol",
      severity: "error",
      from: { path: "^services/sentiment/src/scoring/" },
      to: { path: "^services/sentiment/src/(http|file|stream-worker)/|^services/sentiment/src/main" },
    },
    {
      name: "no-protocol-imports-another",
      severity: "error",
      from: { path: "^services/sentiment/src/(http/[^/]+|file|stream-worker)/" },
      to: {
        path: "^services/sentiment/src/(http/[^/]+|file|stream-worker)/",
        pathNot: "^services/sentiment/src/$1/",
      },
    },
    {
      name: "trainer-knows-none-of-its-studies",
      severity: "error",
      from: { path: "^trainer/src/" },
      to: { path: "^trainer/research/" },
    },
    {
      name: "one-file-of-the-service-imports-onnxruntime",
      severity: "error",
      from: { path: "^services/", pathNot: "^services/sentiment/src/scoring/worker\\.ts$" },
      to: { path: "onnxruntime-node" },
    },
    {
      name: "one-file-of-the-trainer-imports-tensorflow",
      severity: "error",
      from: { pathNot: "^trainer/src/model/tensorflow\\.ts$" },
      to: { path: "@tensorflow/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
