import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** The folder of the package that binds TensorFlow to Node.js. */
export const bindingPackage = path.dirname(
  createRequire(import.meta.url).resolve("@tensorflow/tfjs-node-gpu/package.json"),
);

const binding = path.join(bindingPackage, "lib", "napi-v8", "tfjs_binding.node");

/** Whether TensorFlow's library and binding are installed (`npm run setup:trainer`). */
export const nativeTensorFlow = (): boolean =>
  existsSync(binding) && existsSync(path.join(bindingPackage, "deps", "lib", "libtensorflow.so"));
