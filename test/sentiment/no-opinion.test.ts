import assert from "node:assert/strict";
import { test } from "node:test";
import { refuseText } from "../../services/sentiment/src/scoring/encode.ts";

const codeOf = (text: string) => refuseText(text, 1_000)?.code;

const placeholders = [
  ...["nan", "NaN", "N/A", "n/a.", "NA", "#N/A", "#NAME?", "NULL", "None", "none.", "undefined", "\\N"],
  ...[
    "[deleted]",
    "[removed]",
    " (none) ",
    "<null>",
    "“N/A”",
    "Ｎ／Ａ",
    "No Negative",
    "No  Positive",
    "no comment",
  ],
  ...[
    "There are no comments available for this review",
    "See above.",
    "Test",
    "xxx",
    "-- none --",
    "No Title",
  ],
  "This review is hidden because it doesn’t meet our guidelines.",
];
for (const text of placeholders) {
  test(`${JSON.stringify(text)} is a placeholder and has no opinion`, () =>
    assert.equal(codeOf(text), "no_opinion"));
}

const opinions = [
  ...[
    "No complaints",
    "Nothing to complain about.",
    "nothing",
    "Nothing!",
    "No negatives",
    "Nan's favourite",
  ],
  ...[
    "None of it works",
    "Deleted it after a day",
    "The review is unknown",
    "no no no",
    "Test failed",
    "good",
  ],
];
for (const text of opinions) {
  test(`${JSON.stringify(text)} is scored`, () => assert.equal(codeOf(text), undefined));
}

test("an empty text is empty, and not a placeholder", () => assert.equal(codeOf(" \n"), "empty_text"));
