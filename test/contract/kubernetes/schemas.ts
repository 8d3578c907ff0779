import path from "node:path";
import ts from "typescript";
import type { Manifest } from "./manifests.ts";

/** The API group's part of a package path: `apps/v1`, `networking.k8s.io/v1`, `v1`. */
function modelOf({ apiVersion, kind }: Manifest): string {
  const library = apiVersion.startsWith("keda.sh/") ? "@kubernetes-models/keda" : "kubernetes-models";
  return `${library}/${apiVersion}/${kind}`;
}

/**
 * The faults of a manifest by the OpenAPI schema of its kind. They do not include unknown properties.
 */
export async function schemaFaults(manifest: Manifest): Promise<string> {
  const model = await import(modelOf(manifest));
  try {
    new model[manifest.kind](manifest).validate();
    return "";
  } catch (error) {
    return `${manifest.kind} ${manifest.metadata.name}: ${(error as Error).message}`;
  }
}

/**
 * The errors of the compiler if each manifest is a literal of its type, such as unknown properties.
 */
export function typeFaults(manifests: Manifest[]): string[] {
  const source = manifests
    .map((manifest, index) => {
      const type = `import("${modelOf(manifest)}").I${manifest.kind}`;
      return `export const manifest${index}: ${type} = ${JSON.stringify(manifest, undefined, 1)};`;
    })
    .join("\n");
  // It is in this folder so that packages are found. It is never written to disk.
  const file = path.join(import.meta.dirname, "generated-manifests.ts");
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.readFile = (name) => (name === file ? source : readFile(name));
  host.getSourceFile = (name, language, ...rest) =>
    name === file ? ts.createSourceFile(name, source, language) : getSourceFile(name, language, ...rest);
  return ts
    .getPreEmitDiagnostics(ts.createProgram([file], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}
