import { once } from "node:events";
import type { Readable } from "node:stream";
import { Busboy } from "@fastify/busboy";
import { Problem } from "@undertone/base";

type Form = InstanceType<typeof Busboy>;

/** The most bytes of a part's headers. */
const HEADER_BYTES = 8_192;
const ONE_FILE = "Send a form with one part, the file, and the options in the query.";

/**
 * The bytes of the one file of a form (multipart/form-data).
 * @throws Problem `invalid_body` for any other form
 */
export async function* fileOfForm(
  source: AsyncIterable<Buffer>,
  contentType: string,
): AsyncGenerator<Buffer> {
  const form = openForm(contentType);
  const ended = new AbortController();
  let refusal: unknown;
  const refuse = (error: unknown) => {
    refusal ??= error;
    ended.abort();
  };
  const extra = () => refuse(new Problem("invalid_body", `The form has another part. ${ONE_FILE}`));
  form.on("field", extra).on("filesLimit", extra).on("fieldsLimit", extra).on("partsLimit", extra);
  form.on("error", () => refuse(broken()));
  const found = new Promise<Readable>((resolve) => {
    form.once("file", (_name: string, file: Readable) => {
      file.once("error", () => refuse(broken()));
      resolve(file);
    });
  });
  const sent = send(source, form, ended.signal).catch(refuse);
  try {
    const file = await Promise.race([found, sent.then(() => undefined)]);
    if (refusal !== undefined) throw refusal;
    if (file === undefined) throw new Problem("invalid_body", `The form has no file. ${ONE_FILE}`);
    ended.signal.addEventListener("abort", () => file.destroy(refusal as Error));
    yield* file;
    await sent;
    if (refusal !== undefined) throw refusal;
  } catch (error) {
    throw refusal ?? error;
  } finally {
    ended.abort();
  }
}

function openForm(contentType: string): Form {
  try {
    return new Busboy({
      headers: { "content-type": contentType },
      limits: { files: 1, fields: 1, fieldSize: 1, parts: 2, headerSize: HEADER_BYTES, headerPairs: 20 },
    });
  } catch {
    throw new Problem(
      "invalid_body",
      "The content type has no boundary. Let the library that makes the form set it.",
    );
  }
}

/** Writes no faster than the form's file is read. */
async function send(source: AsyncIterable<Buffer>, form: Form, signal: AbortSignal): Promise<void> {
  for await (const chunk of source) {
    if (!form.write(chunk)) await once(form, "drain", { signal });
    if (signal.aborted) return;
  }
  const finished = once(form, "finish", { signal });
  form.end();
  await finished;
}

function broken(): Problem {
  return new Problem("invalid_body", "The form could not be read to its end. Send it whole.");
}
