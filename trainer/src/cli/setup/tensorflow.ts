import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { cacheFolder } from "../../data/packed-vectors.ts";
import { checkHash, run } from "./run.ts";

const VERSION = "2.21.0";
const TAGS = "cp311-cp311-manylinux_2_27_x86_64";

/** The Python wheels with the libraries that the binding is built against, by device. */
const WHEELS = {
  cpu: {
    package: "tensorflow-cpu",
    sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
  },
  gpu: { package: "tensorflow", sha256: "9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124" },
} as const;

export type Device = keyof typeof WHEELS;

export function hasNvidiaDriver(): boolean {
  try {
    execFileSync("nvidia-smi", ["-L"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/**
 * Downloads TensorFlow's C library and headers into the cache. Returns their folder
 * (`libtensorflow_cc.so.2`, `include`).
 */
export async function fetchTensorFlow(device: Device): Promise<string> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(
      `TensorFlow's library is pinned for linux x64, found ${process.platform} ${process.arch}`,
    );
  }
  const folder = path.join(cacheFolder, `tensorflow-${VERSION}-${device}`);
  if (existsSync(folder)) {
    console.log(`TensorFlow ${VERSION} (${device}): there already`);
    return folder;
  }
  const wheel = WHEELS[device];
  await mkdir(cacheFolder, { recursive: true });
  console.log(`TensorFlow ${VERSION} (${device}): fetching ${wheel.package} ...`);
  const tags = [
    "--python-version",
    "3.11",
    "--implementation",
    "cp",
    "--abi",
    "cp311",
    "--platform",
    "manylinux_2_27_x86_64",
  ];
  const target = [
    "-q",
    "--no-deps",
    "--only-binary=:all:",
    ...tags,
    "-d",
    cacheFolder,
    `${wheel.package}==${VERSION}`,
  ];
  await run("python3", ["-m", "pip", "download", ...target]);
  const file = path.join(cacheFolder, `${wheel.package.replace("-", "_")}-${VERSION}-${TAGS}.whl`);
  await checkHash(file, wheel.sha256, "sha256", "hex");
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  await run("python3", ["-c", EXTRACT, file, draft]);
  await rename(path.join(draft, "tensorflow"), folder);
  await rm(draft, { recursive: true });
  await rm(file);
  return folder;
}

const EXTRACT = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    wanted = ("tensorflow/include/", "tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2")
    wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if name.startswith(wanted)])
`;
