import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";

/**
 * Collects the contract from the routes that are registered later, and serves it as a page at
 * `/docs`.
 */
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
            description: "One of the keys in API_KEYS. If API_KEYS is empty, no key is needed.",
          },
          apiKey: {
            type: "apiKey",
            in: "header",
            name: "x-api-key",
            description: "The same key in the header `x-api-key`.",
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
    // The default policy upgrades requests to HTTPS, but the page is served over plain HTTP as
    // well.
    transformStaticCSP: () =>
      [
        "default-src 'self'",
        "base-uri 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "style-src 'self'",
        "frame-ancestors 'none'",
      ].join("; "),
  });
}
