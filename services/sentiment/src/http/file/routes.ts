import { type App, problemResponses } from "@undertone/base";
import Type from "typebox";
import { gzipBodies } from "../compression.ts";
import { PROBLEMS } from "../errors.ts";
import { exemptStreams } from "../receive-timeout.ts";
import type { RouteContext } from "../route-context.ts";
import { documentation } from "./documentation.ts";
import { FileQuery, readQuery, UploadId } from "./query.ts";
import { DiskBudget } from "./unlinked-file.ts";
import { UploadState, Uploads } from "./uploads.ts";

/** `POST /sentiment/file`: reads a table and streams the same table with result columns. */
export async function sentimentFileRoutes(app: App, context: RouteContext): Promise<void> {
  const exempt = exemptStreams(app.server);
  const uploads = new Uploads();
  const room = new DiskBudget(context.config.maxSpooledBytes);
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // The content decides the format, not the media type.
    scope.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    const options = {
      schema: { ...documentation, querystring: FileQuery },
      validatorCompiler: () => () => true, // readQuery checks the query, and the body is a stream
      config: { streams: true },
      ...gzipBodies,
    };
    scope.post("/sentiment/file", options, async (request, reply) => {
      const query = readQuery(request.query);
      exempt(request.raw);
      // With it come the libraries that read tables: a service that scores no file does not keep them in memory.
      const { Upload } = await import("./upload.ts");
      const upload = new Upload(request, reply, { context, query, uploads, room });
      return upload.answer();
    });
  });
  const schema = {
    tags: ["sentiment"],
    summary: "Get the progress of an upload.",
    description: [
      "`id` is the name that the upload's request gave. Only the replica that scores the file knows",
      "it: the others answer 404. The HAProxy configuration in `docker/haproxy` sends both requests",
      "to the same replica, by their id. Any other load balancer must do so too.",
    ].join(" "),
    params: Type.Object({ id: UploadId }),
    response: {
      200: { ...UploadState, description: "The upload's state, and the summary of the rows so far." },
      ...problemResponses(PROBLEMS, ["invalid_query", "not_found", "draining"]),
    },
  };
  app.get("/sentiment/file/:id", { schema }, async (request) => uploads.get(request.params.id));
}
