import { type Consumer, DeliverPolicy, jetstream } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { type ModelName, REVIEWS, SCORES, scoreSubject } from "@undertone/streams";
import Type from "typebox";
import { Checkpoint } from "../checkpoint.ts";
import { withServer } from "../commands.ts";
import type { StreamConfig } from "../config.ts";
import type { ErrorMessage, ResultMessage } from "../messages.ts";
import { Parking } from "../parking.ts";
import { type Progress, readProgress } from "../progress.ts";
import { ProgressBar } from "../progress-bar.ts";
import { COLUMNS, ScoreFile } from "./score-file.ts";

export interface CollectOptions {
  model?: ModelName;
  follow?: boolean;
  resume?: boolean;
}

const Collected = Type.Object({
  model: Type.String(),
  columns: Type.Array(Type.String()),
  sequence: Type.Integer({ minimum: 0, description: "Of SCORES: everything up to here is in the file." }),
  rows: Type.Integer({ minimum: 0 }),
  bytes: Type.Integer({ minimum: 0 }),
});
const FETCH = { max_messages: 2_000, expires: 1_000 };

/**
 * Writes a model's answers into a file until every review that was in the stream at the start has
 * been answered, or, with `follow`, until a signal. Rows come in the order of the answers; a review
 * whose text was replaced has a row for each answer that was read, and the one with the highest
 * `sequence` counts.
 */
export function collectFile(config: StreamConfig, name: string, options: CollectOptions): Promise<void> {
  return withServer(config, options, async ({ nc, jsm, model }) => {
    const checkpoint = new Checkpoint(`${name}.collected`, Collected);
    const label = `${model.name} ${model.version}`;
    const former = await checkpoint.read(options.resume ?? false);
    if (former !== undefined && former.model !== label)
      throw new Error(`--resume: expected the model ${former.model}, found ${label}`);
    if (former !== undefined && former.columns.join() !== COLUMNS.join())
      throw new Error(
        `${checkpoint.file}: the columns of ${name} are not those that this version writes. ` +
          `Expected ${COLUMNS.join(", ")}, found ${former.columns.join(", ")}. ` +
          "Finish it with the version that began it, or collect into another file.",
      );
    const state = {
      model: label,
      columns: COLUMNS,
      sequence: former?.sequence ?? 0,
      rows: former?.rows ?? 0,
    };
    const file = await ScoreFile.open(name, former?.bytes ?? 0);
    const parking = await Parking.open(nc, model);
    const { state: reviews } = await jsm.streams.info(REVIEWS.stream);
    const bar = new ProgressBar("answers", reviews.messages);
    const signal = untilSignal();
    try {
      let consumer = await open(nc, model, state.sequence);
      for (let caughtUp = false; !signal.aborted; ) {
        const progress = await readProgress(jsm, parking, model).catch(() => undefined); // the server is away
        const messages: (ResultMessage | ErrorMessage)[] = [];
        try {
          for await (const message of await consumer.fetch(FETCH)) {
            messages.push(message.json());
            state.sequence = message.seq;
          }
        } catch {
          // The server was away, or dropped the consumer: go on behind what was read.
          consumer = await open(nc, model, state.sequence);
        }
        await file.add(messages);
        state.rows += messages.length;
        if (messages.length > 0) await checkpoint.write({ ...state, bytes: file.bytes });
        bar.update(state.rows, state.rows);
        // What was answered before the look at the progress has been fetched when a fetch after it
        // finds nothing.
        caughtUp = messages.length === 0 && progress !== undefined && hasAnswered(progress, reviews.last_seq);
        if (caughtUp && options.follow !== true) break;
      }
    } finally {
      bar.stop();
      await file.close();
    }
    console.error(`${state.rows} answers of ${label} in ${name}; ${bar.rate.toFixed(0)} rows/s`);
  });
}

function hasAnswered({ answeredUpTo, pending, held }: Progress, sequence: number): boolean {
  return answeredUpTo >= sequence || pending + held === 0;
}

function open(nc: NatsConnection, model: ModelName, sequence: number): Promise<Consumer> {
  const filter_subjects = [scoreSubject("results", model, "*"), scoreSubject("errors", model, "*")];
  return jetstream(nc).consumers.get(SCORES.stream, {
    filter_subjects,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: sequence + 1,
  });
}

function untilSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => controller.abort());
  return controller.signal;
}
