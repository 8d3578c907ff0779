import { nanos } from "@nats-io/transport-node";
import { readConfig, writeOrCheck } from "@undertone/base";
import { PARKED, REVIEWS, SCORES } from "@undertone/streams";
import type { TSchema } from "typebox";
import { stringify } from "yaml";
import { StreamConfigSchema } from "./config.ts";
import { ErrorMessage, ResultMessage, ReviewMessage } from "./messages.ts";
import { planConsumer, planStreams } from "./topology.ts";

/**
 * npm run asyncapi: writes asyncapi.yaml from the message schemas. With --check: fails when the
 * file is another.
 */
const file = new URL("../../../../asyncapi.yaml", import.meta.url);
const settings = readConfig(StreamConfigSchema, {});
const consumer = planConsumer({ name: "NAME", version: "VERSION" }, settings);

const message = (name: string, description: string, payload: TSchema, headers?: object) => ({
  name,
  description,
  contentType: "application/json",
  payload,
  ...(headers && { headers }),
});
const header = (description: string) => ({
  type: "object",
  properties: { "Nats-Msg-Id": { type: "string", description } },
});
const channel = (
  address: string,
  stream: string,
  message: string,
  description: string,
  parameters: object,
) => ({
  address,
  description,
  parameters,
  messages: { [message]: { $ref: `#/components/messages/${message}` } },
  // What `npm run worker -- setup` makes with the default configuration; times are in nanoseconds.
  "x-jetstream": planStreams(settings).find(({ name }) => name === stream),
});
const operation = (action: "send" | "receive", channel: string, message: string, summary: string) => ({
  action,
  summary,
  channel: { $ref: `#/channels/${channel}` },
  messages: [{ $ref: `#/channels/${channel}/messages/${message}` }],
});
const model = {
  description:
    "The model's name, a hyphen and its version; what is not a letter, a digit or a hyphen is `_`.",
};
const key = {
  description:
    "The first 22 characters of the id's sha256 in base64url; `sequence-N` for a message without an id.",
};

const document = {
  asyncapi: "3.0.0",
  info: {
    title: "Undertone sentiment worker",
    version: "1.0.0",
    description:
      "Reviews in and scores out through NATS JetStream. A review is acknowledged after its answer is stored, and a subject of SCORES holds one answer, the newest, so every review has exactly one answer per model version.",
    license: { name: "MIT" },
  },
  defaultContentType: "application/json",
  servers: {
    nats: { host: "127.0.0.1:4222", protocol: "nats", description: "NATS 2.12 or newer with JetStream." },
  },
  channels: {
    reviews: channel(
      REVIEWS.subjects[0].replace("*", "{source}"),
      REVIEWS.stream,
      "Review",
      "Reviews to score.",
      {
        source: { description: "Where the review comes from, one word: `file`, `feedback`, ..." },
      },
    ),
    results: channel("scores.results.{model}.{key}", SCORES.stream, "Result", "Scores.", { model, key }),
    errors: channel("scores.errors.{model}.{key}", SCORES.stream, "Error", "Reviews that have no score.", {
      model,
      key,
    }),
    parked: channel(
      "parked.{model}.{sequence}",
      PARKED.stream,
      "Parked",
      "Reviews of which workers died; `npm run worker -- release` puts them into REVIEWS again.",
      { model, sequence: { description: "The review's place in REVIEWS." } },
    ),
  },
  operations: {
    takeReview: {
      ...operation("receive", "reviews", "Review", "A worker pulls a review."),
      "x-jetstream-consumer": { ...consumer, ack_wait: nanos(settings.streamAckWaitMs) },
    },
    sendResult: operation(
      "send",
      "results",
      "Result",
      "A worker publishes a score, then acknowledges the review.",
    ),
    sendError: operation("send", "errors", "Error", "A worker says why a review has no score."),
    parkReview: operation("send", "parked", "Parked", "A worker parks a review before its last try."),
  },
  components: {
    messages: {
      Review: message(
        "Review",
        "A text to score. Another text under the same id replaces the earlier one's answer.",
        ReviewMessage,
        header("The publisher's choice, the same for every copy of one message."),
      ),
      Result: message("Result", "The result of POST /sentiment for the text.", ResultMessage),
      Error: message("Error", "Why a review has no score, in the words of HTTP.", ErrorMessage),
      Parked: message(
        "Parked",
        "The review as it came; its subject and deliveries are headers.",
        ReviewMessage,
        {
          type: "object",
          properties: {
            "Undertone-Subject": { type: "string", description: "Where the review was published." },
            "Undertone-Deliveries": { type: "string", description: "How often it had been delivered." },
          },
        },
      ),
    },
  },
};

await writeOrCheck(file, stringify(document, { lineWidth: 100, aliasDuplicateObjects: false }), "asyncapi");
