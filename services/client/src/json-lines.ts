/**
 * The values of an NDJSON body. Each piece yields all values that it completes. A last line without
 * an end is left out.
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
