import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { makeCertificates, makeCredentials } from "../credentials.ts";
import { SHORT } from "../form.ts";
import { scoresOverHttp } from "../http-scores.ts";
import { startProgram } from "../programs.ts";
import { reviews } from "../reviews.ts";
import { judge, report, Scene, startServer, temporaryFolder } from "../scene.ts";

const TOKEN = "a-token-that-nobody-may-read";
const all = reviews(50);

test("with a token: a worker scores, a wrong token is refused, and no log shows one", async (t) => {
  const server = await startServer(t, { args: ["--auth", TOKEN] });
  await score(t, await Scene.open(t, [server], { NATS_TOKEN: TOKEN }), [TOKEN]);
  await refused(t, { NATS_URL: server.url, NATS_TOKEN: "another-token" }, /authorization/i, "another-token");
  await refused(t, { NATS_URL: server.url }, /authorization/i);
});

test("with TLS: the server's certificate is verified, and a client's certificate is shown", async (t) => {
  const { ca, server: own, client } = makeCertificates(await temporaryFolder(t));
  const files = ["--tlscert", own.cert, "--tlskey", own.key, "--tlscacert", ca];
  const server = await startServer(t, { scheme: "tls", host: "localhost", args: ["--tlsverify", ...files] });
  const settings = { NATS_TLS_CA: ca, NATS_TLS_CERT: client.cert, NATS_TLS_KEY: client.key };
  await score(t, await Scene.open(t, [server], settings), ["PRIVATE KEY"]);
  const { NATS_TLS_CA: _, ...withoutCa } = settings;
  await refused(t, { NATS_URL: server.url, ...withoutCa }, /certificate/i);
  // TLS 1.3 says that a client's certificate is missing after the handshake; the client waits out
  // its 20 s.
  if (!SHORT) await refused(t, { NATS_URL: server.url, NATS_TLS_CA: ca }, /timeout/);
});

test("with a credentials file: a worker scores, and no log shows the seed", async (t) => {
  const { serverConfig, userFile, seed } = await makeCredentials(await temporaryFolder(t));
  const server = await startServer(t, { args: ["--config", serverConfig] });
  await score(t, await Scene.open(t, [server], { NATS_CREDENTIALS: userFile }), [seed]);
  await refused(t, { NATS_URL: server.url }, /authorization/i);
  await refused(t, { NATS_URL: server.url, NATS_CREDENTIALS: "/no/such.creds" }, /NATS_CREDENTIALS: ENOENT/);
});

/** Everything goes through, as on an open server; `secrets` are in no line of any log. */
async function score(t: TestContext, scene: Scene, secrets: string[]): Promise<void> {
  const http = await scoresOverHttp(t, all);
  const worker = await scene.worker({ LOG_LEVEL: "trace" });
  await scene.publish(all);
  await scene.answered();
  report(t, await judge(scene, all, http));
  const status = await scene.run("worker", "status").ended;
  assert.equal(status.code, 0, status.stderr);
  worker.child.kill("SIGTERM");
  const { code, stdout, stderr } = await worker.ended;
  assert.equal(code, 0);
  for (const secret of secrets)
    assert.ok(!`${stdout}${stderr}${status.stdout}${status.stderr}`.includes(secret));
}

/** A command ends with one sentence. */
async function refused(
  t: TestContext,
  env: Record<string, string>,
  why: RegExp,
  secret?: string,
): Promise<void> {
  const { code, stderr } = await startProgram(t, "main", ["worker", "status"], env).ended;
  assert.equal(code, 1);
  assert.match(stderr, why);
  assert.equal(stderr.trim().split("\n").length, 1, stderr);
  if (secret !== undefined) assert.ok(!stderr.includes(secret));
}
