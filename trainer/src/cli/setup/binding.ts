import { existsSync } from "node:fs";
import { mkdir, readlink, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { bindingPackage, nativeTensorFlow } from "../../model/native.ts";
import { run } from "./run.ts";

/**
 * Builds tfjs-node-gpu's binding against the TensorFlow library in `folder`. The package's own
 * install script would download a library of 2022.
 * @throws Error that names a missing compiler, or if the built binding does not load
 */
export async function setupBinding(folder: string): Promise<void> {
  const lib = path.join(bindingPackage, "deps", "lib");
  const main = path.join(lib, "libtensorflow.so");
  const library = path.join(folder, "libtensorflow_cc.so.2");
  const framework = path.join(folder, "libtensorflow_framework.so.2");
  if (nativeTensorFlow() && (await readlink(main)) === library) {
    console.log("TensorFlow's binding: there already");
  } else {
    for (const tool of ["make", "g++"]) await run(tool, ["--version"]);
    await rm(path.join(bindingPackage, "deps"), { recursive: true, force: true });
    await mkdir(lib, { recursive: true });
    await symlink(library, main);
    await symlink(library, path.join(lib, path.basename(library)));
    await symlink(framework, path.join(lib, path.basename(framework)));
    await symlink(framework, path.join(lib, "libtensorflow_framework.so"));
    await symlink(path.join(folder, "include"), path.join(bindingPackage, "deps", "include"));
    console.log("TensorFlow's binding: building ...");
    const builder = nearest("@mapbox/node-pre-gyp/bin/node-pre-gyp");
    await run(process.execPath, [builder, "install", "--build-from-source"], bindingPackage);
  }
  const check = "console.log(require('@tensorflow/tfjs-node-gpu').backend().binding.TF_Version)";
  const version = (await run(process.execPath, ["-e", check], bindingPackage)).trim();
  console.log(`TensorFlow ${version} answers from Node ${process.version}`);
}

/** A file of a package that the binding depends on, whether npm has hoisted it or not. */
function nearest(file: string): string {
  for (let folder = bindingPackage; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const candidate = path.join(folder, "node_modules", file);
    if (existsSync(candidate)) return candidate;
  }
  throw new Error(`${file} was not found: run npm ci first`);
}
