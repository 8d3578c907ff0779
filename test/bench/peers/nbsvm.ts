import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What NB-SVM reaches on each file, in its own process on one core (its training is not counted). */
export async function nbsvm(
  { python, program, train }: { python: string; program: string; train: string },
  tests: string[],
): Promise<{ accuracy: number; rate: number }[]> {
  const { stdout } = await promisify(execFile)(python, [program, train, ...tests], {
    env: { ...process.env, OMP_NUM_THREADS: "1" },
  });
  return stdout
    .trim()
    .split("\n")
    .map((line) => {
      const { accuracy, reviews_s } = JSON.parse(line) as { accuracy: number; reviews_s: number };
      return { accuracy, rate: reviews_s };
    });
}
