import type { TestContext } from "node:test";
import { COMMON_PROBLEMS, createApp, createLogger, httpSettings, readConfig } from "@undertone/base";
import Type from "typebox";

type Config = Parameters<typeof createApp>[0]["config"];

/** The behaviour of the routes below. */
interface Behaviour {
  /** The answer of POST /echo. The default is the request's body. */
  answer?: (body: unknown) => unknown;
}

/** Only the shared base, with one route that needs a key and one that does not. */
export async function startBase(
  t: TestContext | { after: (f: () => unknown) => void },
  settings: Partial<Config> = {},
  { answer = (body) => body }: Behaviour = {},
) {
  const { app } = await createApp({
    config: { ...readConfig(Type.Object(httpSettings(0)), {}), ...settings },
    log: createLogger("silent"),
    problems: COMMON_PROBLEMS,
    info: { title: "base", version: "1.0.0", description: "A service of the tests." },
    unready: () => undefined,
    unreadyCodes: ["draining"],
  });
  const schema = { response: { 200: { description: "What was sent.", type: "object" } } };
  app.post("/echo", { schema }, async (request) => ({ got: answer(request.body) }));
  app.get("/quiet", { schema }, async () => ({}));
  app.get("/open", { schema, config: { open: true } }, async () => ({}));
  t.after(() => {
    app.server.closeAllConnections(); // Some tests leave unfinished requests.
    return app.close();
  });
  await app.ready();
  return app;
}

/** The same, listening on a free port. */
export async function listenBase(...args: Parameters<typeof startBase>) {
  const app = await startBase(...args);
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return { app, url, port: Number(new URL(url).port) };
}
