import { nanos } from "@nats-io/transport-node";
import { readConfig, writeOrCheck } from "@undertone/base";
import { PARKED, REVIEWS, SCORES } from "@undertone/streams";
import type { TSchema } from "typebox";
import { stringify } from "yaml";
import { StreamConfigSchema } from "./config.ts";
import { ErrorMessage, ResultMessage, ReviewMessage } from "./messages.ts";
import { planConsumer, planStreams } from "./topology.ts";

/**
 * npm run asyncapi: writes asyncapi.yaml from the message schemas. With --check it writes nothing,
 * and fails if the file differs.
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
  description: [
    "The model's name, a hyphen and its version. Other characters than letters, digits and",
    "hyphens become `_`.",
  ].join(" "),
};
const key = {
  description:
    "The first 22 characters of the id's SHA-256 in base64url, or `sequence-N` for a message without an id.",
};

const document = {
  asyncapi: "3.0.0",
  info: {
    title: "Undertone sentiment worker",
    version: "1.0.0",
    description: [
      "The worker takes reviews from NATS JetStream and publishes their scores there. It",
      "acknowledges a review after the server has stored its answer. A subject of the stream",
      "SCORES holds the newest answer only, so every review has exactly one answer per model",
      "version.",
    ].join(" "),
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
        source: { description: "The origin of the review in one word, for example `file` or `feedback`." },
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
      "Reviews on which workers died. `npm run worker -- release` puts them into REVIEWS again.",
      { model, sequence: { description: "The review's sequence number in REVIEWS." } },
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
    sendError: operation(
      "send",
      "errors",
      "Error",
      "A worker publishes why a review has no score, then acknowledges the review.",
    ),
    parkReview: operation("send", "parked", "Parked", "A worker parks a review before its last try."),
  },
  components: {
    messages: {
      Review: message(
        "Review",
        "A text to score. The answer to another text under the same id replaces the earlier answer.",
        ReviewMessage,
        header("Chosen by the publisher, and the same for every copy of a message. The server drops copies."),
      ),
      Result: message("Result", "The result of POST /sentiment for the text.", ResultMessage),
      Error: message(
        "Error",
        "Why a review has no score, with the code and detail of the HTTP API.",
        ErrorMessage,
      ),
      Parked: message(
        "Parked",
        "The review as it arrived. Headers have its subject and the number of deliveries.",
        ReviewMessage,
        {
          type: "object",
          properties: {
            "Undertone-Subject": {
              type: "string",
              description: "The subject on which the review was published.",
            },
            "Undertone-Deliveries": {
              type: "string",
              description: "The number of times that the review was delivered.",
            },
          },
        },
      ),
    },
  },
};

await writeOrCheck(file, stringify(document, { lineWidth: 100, aliasDuplicateObjects: false }), "asyncapi");
