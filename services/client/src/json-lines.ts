/**
 * The values of an ndjson body, as many at a time as one piece completes. A last line without its
 * end is not given.
 */
export async function* readJsonLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown[]> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    if (lines.length > 0) yield lines.map((line) => JSON.parse(line));
  }
}
