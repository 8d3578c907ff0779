import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import { type App, Problem } from "@undertone/base";
import Type from "typebox";
import type { RouteContext } from "../route-context.ts";

/**
 * The files that the browser loads. In a bundle (docker/bundle.ts) the folder is beside the
 * program.
 */
const BROWSER_FILES = fileURLToPath(new URL("./browser/", import.meta.url));

/** The page may only run, show and request what this service sends itself. */
const HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-cache",
};

/** The libraries that run in the browser, as they are in npm: there is no build step. */
const LIBRARIES = {
  "csv-parse.js": "csv-parse/browser/esm/sync",
  "csv-stringify.js": "csv-stringify/browser/esm/sync",
};

/**
 * `GET /` and its files: those of browser/, two libraries, the model card and its plots. They need
 * no key, because they hold no texts and a browser has no key before the page has asked for one.
 * The routes that the page calls need the key.
 */
export async function pageRoutes(app: App, { scorer }: RouteContext): Promise<void> {
  const require = createRequire(import.meta.url);
  // The card as it was verified with the model, because the file may change later.
  const fromModel = (file: string) => {
    const content = scorer.artifact.pages.get(file);
    if (content === undefined) throw new Problem("not_found", "The model has no such file.");
    return content.toString("utf8");
  };
  await app.register(async (scope: App) => {
    scope.addHook("onRoute", (route) => {
      route.config = { constant: true, ...route.config, open: true };
    });
    scope.addHook("onSend", async (_request, reply) => {
      reply.headers(HEADERS);
    });
    await scope.register(fastifyStatic, {
      root: BROWSER_FILES,
      prefix: "/page/",
      wildcard: false, // one route per file, so that no other file can be requested
      index: false,
      cacheControl: false,
      etag: false, // keepConstantAnswers sets the ETag from the content
      lastModified: false,
      globIgnore: ["**/*.d.ts"],
    });
    const hidden = { schema: { hide: true } };
    const ofModel = { constant: () => scorer.artifact };
    const schema = {
      tags: ["page"],
      summary: [
        "The web page: score one review with an explanation, score many, read the model card,",
        "watch the service.",
      ].join(" "),
      description: "The page needs no key. The routes that it calls do.",
      response: { 200: { description: "The page.", content: { "text/html": { schema: Type.String() } } } },
    };
    scope.get("/", { schema, config: { open: true } }, (_request, reply) => {
      reply.sendFile("index.html");
    });
    for (const [file, name] of Object.entries(LIBRARIES)) {
      const source = path.parse(require.resolve(name));
      scope.get(`/page/vendor/${file}`, hidden, (_request, reply) => reply.sendFile(source.base, source.dir));
    }
    scope.get("/page/card", { ...hidden, config: ofModel }, async (_request, reply) => {
      const readme = fromModel("README.md");
      // The Markdown library is loaded when somebody looks at the card.
      const { renderCard } = await import("./model-card.ts");
      return reply.type("text/html; charset=utf-8").send(renderCard(readme));
    });
    const Plot = Type.Object({ plot: Type.String() });
    scope.get(
      "/page/report/:plot",
      { schema: { hide: true, params: Plot }, config: ofModel },
      async (request, reply) => {
        const { plot } = request.params;
        if (!/^[\w-]+\.svg$/.test(plot)) throw new Problem("not_found", "A plot is an SVG file.");
        return reply.type("image/svg+xml").send(fromModel(`report/${plot}`));
      },
    );
  });
}
