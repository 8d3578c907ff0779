import { pino } from "pino";
import pretty from "pino-pretty";

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/** JSON lines on standard output, or readable text if that is a terminal. */
export function createLogger(level: LogLevel) {
  const stream = process.stdout.isTTY
    ? pretty({ sync: true, ignore: "pid,hostname", translateTime: "HH:MM:ss" })
    : pino.destination({ dest: 1, sync: true });
  return pino({ level }, stream);
}
