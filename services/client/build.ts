import { execFileSync } from "node:child_process";
import { copyFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

/**
 * `npm run build:client` writes the publishable package to `services/client/dist`: ES modules,
 * declaration files and a manifest. The workspace's own manifest is private, because it points to
 * TypeScript sources, which Node.js refuses to load from node_modules.
 */
const here = import.meta.dirname;
const out = path.join(here, "dist");
const root = path.join(here, "../..");

await rm(out, { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "-p", path.join(here, "tsconfig.build.json")], { stdio: "inherit" });

// tsc rewrites the extensions of imports in JavaScript only, not in declaration files.
for (const name of (await readdir(out)).filter((file) => file.endsWith(".d.ts"))) {
  const file = path.join(out, name);
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace(/(from|import\() ?"(\.\/[^"]+)\.ts"/g, '$1 "$2.js"'));
}

const read = async (file: string) => JSON.parse(await readFile(file, "utf8"));
const { name, version, description, license, type, dependencies } = await read(
  path.join(here, "package.json"),
);
const { engines } = await read(path.join(root, "package.json"));
const manifest = {
  name,
  version,
  description,
  license,
  type,
  engines,
  sideEffects: false,
  types: "./index.d.ts",
  exports: { ".": { types: "./index.d.ts", default: "./index.js" }, "./package.json": "./package.json" },
  files: ["*.js", "*.d.ts"],
  dependencies,
};
await writeFile(path.join(out, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
await copyFile(path.join(here, "README.md"), path.join(out, "README.md"));
await copyFile(path.join(root, "LICENSE"), path.join(out, "LICENSE"));
