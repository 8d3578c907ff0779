import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";

/** Collects the contract from the routes registered after it, and serves a page that needs no network. */
export async function registerDocs(
  app: FastifyInstance,
  info: { title: string; version: string; description: string },
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info,
      components: {
        securitySchemes: {
          bearer: {
            type: "http",
            scheme: "bearer",
            description: "One of the service's API_KEYS, if it has any.",
          },
          apiKey: {
            type: "apiKey",
            in: "header",
            name: "x-api-key",
            description: "The same key in a header of its own.",
          },
        },
      },
      security: [{}, { bearer: [] }, { apiKey: [] }],
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) => String(json.$id ?? `def-${index}`),
    },
  });
  await app.register(swaggerUi, {
    routePrefix: "/docs",
    staticCSP: true,
    // The page is served over plain HTTP as well: its assets must not be asked for over HTTPS, nor from elsewhere.
    transformStaticCSP: () =>
      "default-src 'self'; base-uri 'self'; img-src 'self' data:; object-src 'none'; style-src 'self'; frame-ancestors 'none'",
  });
}
