import { containsAny, type Rule, replacing } from "./rule.ts";

/**
 * Tokens that replace links, addresses, user names and numbers, which do not express an opinion. The
 * scanner reads each as one token.
 */
export const SILENT_CLASSES = ["<url>", "<email>", "<user>", "<number>"] as const;

const ADDRESS = String.raw`[^\s<>"]*[^\s<>"'.,;:!?)\]]`;
const DOMAIN = String.raw`[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){0,3}`;
const ENDINGS = "com|net|org|edu|gov";
const LINK = new RegExp(
  [
    String.raw`\b(?:https?:\/\/|www\.)${ADDRESS}`,
    String.raw`|\b${DOMAIN}\.(?:(?:${ENDINGS})\b(?:\/${ADDRESS})?|[a-z]{2}\/[\w-]{4,}\S*)`,
  ].join(""),
  "g",
);
const mayHaveLink = containsAny("/", "www.", ...ENDINGS.split("|").map((ending) => `.${ending}`));
const LINK_SIGN = new RegExp(String.raw`https?:\/\/|www\.|\.(?:${ENDINGS})\b|\.[a-z]{2}\/`);

export const links: Rule = {
  name: "links",
  concerns: (text) => mayHaveLink(text) && LINK_SIGN.test(text),
  edits: replacing(LINK, " <url> "),
};

export const emails: Rule = {
  name: "emails",
  concerns: containsAny("@"),
  edits: replacing(/(?<![\w.%+-])[\w.%+-]{1,64}@[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){1,4}/g, " <email> "),
};

export const mentions: Rule = {
  name: "mentions",
  concerns: containsAny("@"),
  edits: replacing(/(?<![\w@])@[a-z_][\w.]{0,38}\w/g, " <user> "),
};

const FEWEST_DIGITS = 5;
const FEWEST_DIGITS_AFTER_SIGN = 3;

const PIECE = /\d[a-z\d-]{2,}(?![a-z\d-]|[.,/]\d)/g;
/** The prefix of a number: a sign, and up to three letters. */
const PREFIX = /(?<![\p{L}\d.,/#-])#?(?:[a-z]{1,3}-?)?$/u;
const LONGEST_PREFIX = 6;

/**
 * Order, part and telephone numbers: at least five digits in one piece, or three after a number sign.
 */
export const numbers: Rule = {
  name: "numbers",
  concerns: (text) => /\d\d\d/.test(text),
  *edits(text) {
    let last = 0;
    for (const { 0: piece, index } of text.matchAll(PIECE)) {
      const prefix = PREFIX.exec(text.slice(Math.max(last, index - LONGEST_PREFIX), index))?.[0];
      last = index + piece.length;
      if (prefix === undefined) continue;
      const digits = piece.replace(/\D/g, "").length;
      if (digits < (prefix.startsWith("#") ? FEWEST_DIGITS_AFTER_SIGN : FEWEST_DIGITS)) continue;
      yield { from: index - prefix.length, to: last, text: " <number> " };
    }
  },
};
