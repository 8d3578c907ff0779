/**
 * What is on the screen, as a program would send it.
 * @typedef {{ kind: "one", text: string } | { kind: "many", texts: string[] } | { kind: "file" }}
 * Shown
 * @typedef {Record<"curl" | "typescript" | "python", string>} Snippets
 */

/** A snippet with more lines than this is too long to read. */
const MAX_TEXTS = 20;

/**
 * @param {Shown} shown
 * @param {{ url: string, withKey: boolean }} service `url` ends with a slash
 * @returns {Snippets}
 */
export function snippetsOf(shown, { url, withKey }) {
  if (shown.kind === "one") return posting(`${url}sentiment`, { text: shown.text }, withKey);
  if (shown.kind === "file") return sending(`${url}sentiment/file`, withKey);
  if (shown.texts.length > MAX_TEXTS) return streaming(`${url}sentiment/stream`, withKey);
  return posting(`${url}sentiment/batch`, { items: shown.texts.map((text) => ({ text })) }, withKey);
}

/** @param {string} address @param {object} body @param {boolean} withKey @returns {Snippets} */
function posting(address, body, withKey) {
  // A JSON string is a valid literal in TypeScript and Python.
  const literal = JSON.stringify(body);
  return {
    curl: [
      `curl ${address} \\`,
      ...(withKey ? ['  -H "x-api-key: $UNDERTONE_KEY" \\'] : []),
      "  -H 'content-type: application/json' \\",
      `  -d '${literal.replaceAll("'", "'\\''")}'`,
    ].join("\n"),
    typescript: [
      `const answer = await fetch("${address}", {`,
      '  method: "POST",',
      `  headers: { "content-type": "application/json"${typescriptKey(withKey)} },`,
      `  body: JSON.stringify(${literal}),`,
      "});",
      "console.log(await answer.json());",
    ].join("\n"),
    python: [
      `import json, ${withKey ? "os, " : ""}urllib.request`,
      "request = urllib.request.Request(",
      `    "${address}",`,
      `    json.dumps(${literal}).encode(),`,
      `    {"content-type": "application/json"${pythonKey(withKey)}},`,
      ")",
      "print(json.load(urllib.request.urlopen(request)))",
    ].join("\n"),
  };
}

/**
 * A file as it is, whatever its format.
 * @param {string} address
 * @param {boolean} withKey
 * @returns {Snippets}
 */
function sending(address, withKey) {
  return {
    curl: [
      `curl -f -X POST -T reviews.csv ${address} \\`,
      ...(withKey ? ['  -H "x-api-key: $UNDERTONE_KEY" \\'] : []),
      "  -o reviews-scored.csv",
    ].join("\n"),
    typescript: [
      'import { createWriteStream, openAsBlob } from "node:fs";',
      'import { pipeline } from "node:stream/promises";',
      `const answer = await fetch("${address}", {`,
      '  method: "POST",',
      `  headers: { "content-type": "text/csv"${typescriptKey(withKey)} },`,
      '  body: await openAsBlob("reviews.csv"),',
      "});",
      "if (!answer.ok) throw new Error(await answer.text());",
      'await pipeline(answer.body!, createWriteStream("reviews-scored.csv"));',
    ].join("\n"),
    python: [
      `import ${withKey ? "os, " : ""}shutil, urllib.request`,
      "request = urllib.request.Request(",
      `    "${address}",`,
      '    open("reviews.csv", "rb").read(),',
      `    {"content-type": "text/csv"${pythonKey(withKey)}},`,
      '    method="POST",',
      ")",
      'with urllib.request.urlopen(request) as answer, open("reviews-scored.csv", "wb") as out:',
      "    shutil.copyfileobj(answer, out)",
    ].join("\n"),
  };
}

/**
 * Lines of a file, `{"text": ...}` each.
 * @param {string} address
 * @param {boolean} withKey
 * @returns {Snippets}
 */
function streaming(address, withKey) {
  return {
    curl: [
      `curl -N -X POST -T reviews.jsonl ${address} \\`,
      ...(withKey ? ['  -H "x-api-key: $UNDERTONE_KEY" \\'] : []),
      "  -H 'content-type: application/x-ndjson'",
    ].join("\n"),
    typescript: [
      'import { openAsBlob } from "node:fs";',
      `const answer = await fetch("${address}", {`,
      '  method: "POST",',
      `  headers: { "content-type": "application/x-ndjson"${typescriptKey(withKey)} },`,
      '  body: await openAsBlob("reviews.jsonl"),',
      "});",
      "for await (const lines of answer.body!.pipeThrough(new TextDecoderStream())) process.stdout.write(lines);",
    ].join("\n"),
    python: [
      `import ${withKey ? "os, " : ""}urllib.request`,
      "request = urllib.request.Request(",
      `    "${address}",`,
      '    open("reviews.jsonl", "rb"),',
      `    {"content-type": "application/x-ndjson"${pythonKey(withKey)}},`,
      '    method="POST",',
      ")",
      'for line in urllib.request.urlopen(request): print(line.decode(), end="")',
    ].join("\n"),
  };
}

/** The key itself is never written out: a snippet is made to be copied. @param {boolean} withKey */
function typescriptKey(withKey) {
  return withKey ? ', "x-api-key": process.env.UNDERTONE_KEY!' : "";
}

/** @param {boolean} withKey */
function pythonKey(withKey) {
  return withKey ? ', "x-api-key": os.environ["UNDERTONE_KEY"]' : "";
}
