import { SingleBar } from "cli-progress";

/** Shows a progress bar on a terminal. Without a terminal it prints a line per fifth of the work. */
export function progress(what: string, total: number) {
  const bar = process.stderr.isTTY
    ? new SingleBar({ format: `${what} {bar} {value}/{total} {eta_formatted} left`, hideCursor: true })
    : undefined;
  bar?.start(total, 0);
  let printed = 0;
  return {
    at(value: number): void {
      bar?.update(value);
      const fifth = Math.floor((5 * value) / Math.max(1, total));
      if (bar === undefined && fifth > printed) console.log(`${what}: ${value}/${total}`);
      printed = Math.max(printed, fifth);
    },
    done(): void {
      bar?.stop();
    },
  };
}
