import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { connectNats, Publisher, reviewSubject, textDigest } from "@undertone/streams";
import Type from "typebox";
import { Checkpoint } from "../checkpoint.ts";
import type { StreamConfig } from "../config.ts";
import { ProgressBar } from "../progress-bar.ts";
import { type Row, type RowOptions, readRows } from "./rows.ts";

export interface PublishOptions extends RowOptions {
  source: string;
  resume?: boolean;
}

const Published = Type.Object({
  rows: Type.Integer({
    minimum: 0,
    description: "All rows up to this one are in the stream, or have a fault.",
  }),
  faults: Type.Integer({ minimum: 0 }),
  rowsSha256: Type.String({ description: "Of the rows' ids and texts: another input is noticed." }),
});
/**
 * The number of unconfirmed messages: enough to keep the server busy, and few enough that its
 * confirmations set the pace.
 */
const WINDOW = { messages: 1_000, bytes: 4_194_304 };
const CHECKPOINT_ROWS = 10_000;
/** The number of faults that are printed one by one. */
const SHOWN_FAULTS = 20;
/** The bytes of a message beside its text: subject, headers and protocol. */
const OVERHEAD = 4_096;

/**
 * Publishes the rows of a table to the stream of reviews, in order:
 *
 *   table ─ rows ─ (after the checkpoint) ─> publish, a window at a time ─ confirmed, oldest first ─> checkpoint
 *
 * The exit code is 0, or 2 if some rows are not reviews. A resumed run repeats at most one window,
 * which changes no score.
 */
export async function publishFile(
  config: StreamConfig,
  file: string,
  options: PublishOptions,
): Promise<0 | 2> {
  const checkpoint = new Checkpoint(`${file}.published`, Published);
  const former = await checkpoint.read(options.resume ?? false);
  const { size } = await stat(file);
  const nc = await connectNats(config, { name: "undertone publish", wait: false });
  const publisher = await Publisher.open(nc);
  const bar = new ProgressBar("reviews", size);
  const maxBytes = nc.info!.max_payload - OVERHEAD;
  const hash = createHash("sha256");
  const state = { rows: 0, faults: former?.faults ?? 0 };
  const window: { confirmed: Promise<unknown>; bytes: number; row: Row }[] = [];
  let bytesInWindow = 0;
  let bytesRead = 0;

  const digest = () => hash.copy().digest("hex");
  const save = () => checkpoint.write({ ...state, rowsSha256: digest() });
  const count = (row: Row): void => {
    state.rows += 1;
    hash.update(`${row.review === undefined ? row.fault : JSON.stringify(row.review)}\n`);
  };
  const confirmOldest = async () => {
    const { confirmed, bytes, row } = window.shift()!;
    await confirmed;
    bytesInWindow -= bytes;
    count(row);
    bar.update(bytesRead, state.rows);
    if (state.rows % CHECKPOINT_ROWS === 0) await save();
  };
  const send = ({ review, line, fault }: Row): { confirmed: Promise<unknown>; bytes: number } => {
    const payload = review && Buffer.from(JSON.stringify(review));
    const reason =
      payload !== undefined && payload.length > maxBytes
        ? `The review has ${payload.length} bytes; the server takes ${maxBytes}.`
        : fault;
    if (review === undefined || reason !== undefined) {
      state.faults += 1;
      if (state.faults <= SHOWN_FAULTS) console.error(`line ${line}: ${reason}`);
      return { confirmed: Promise.resolve(), bytes: 0 };
    }
    const shortId = review.id.length > 100 ? textDigest(review.id) : encodeURIComponent(review.id);
    const id = `${shortId} ${textDigest(review.text)}`;
    const confirmed = publisher.publish({ subject: reviewSubject(options.source), payload: payload!, id });
    confirmed.catch(() => {}); // handled when it is awaited
    return { confirmed, bytes: payload!.length };
  };

  try {
    for await (const rows of readRows(file, options, (bytes) => (bytesRead += bytes))) {
      for (const row of rows) {
        if (state.rows < (former?.rows ?? 0)) {
          count(row);
          if (state.rows === former!.rows && digest() !== former!.rowsSha256)
            throw new Error(
              `--resume: ${file} does not begin with the rows that were published before. ` +
                `Remove ${checkpoint.file} to publish from the first row; no review is scored twice.`,
            );
          continue;
        }
        const sent = send(row);
        window.push({ ...sent, row });
        bytesInWindow += sent.bytes;
        while (window.length > WINDOW.messages || bytesInWindow > WINDOW.bytes) await confirmOldest();
      }
    }
    while (window.length > 0) await confirmOldest();
    await save();
  } finally {
    bar.stop();
    await nc.close();
  }
  console.error(
    `${state.rows} rows: ${state.rows - state.faults} published, ${state.faults} without a review; ` +
      `${bar.rate.toFixed(0)} rows/s`,
  );
  return state.faults === 0 ? 0 : 2;
}
