import { SingleBar } from "cli-progress";

/** A bar where there is a terminal, a line each fifth of the way where not. */
export function progress(what: string, total: number) {
  const bar = process.stderr.isTTY
    ? new SingleBar({ format: `${what} {bar} {value}/{total} {eta_formatted} left`, hideCursor: true })
    : undefined;
  bar?.start(total, 0);
  let told = 0;
  return {
    at(value: number): void {
      bar?.update(value);
      const fifth = Math.floor((5 * value) / Math.max(1, total));
      if (bar === undefined && fifth > told) console.log(`${what}: ${value}/${total}`);
      told = Math.max(told, fifth);
    },
    done(): void {
      bar?.stop();
    },
  };
}
