import assert from "node:assert/strict";
import { test } from "node:test";
import { Encoder, spans, tokenize } from "@undertone/models";
import { RULE_NAMES } from "../../models/src/reviews/rules.ts";

const reviews = { rules: "reviews" } as const;
const read = (text: string) => tokenize(text, reviews).join(" ");

/** Texts and their tokens (separated by spaces), by rule. */
const golden: Record<string, [text: string, tokens: string][]> = {
  entities: [
    ["I don&#x27;t like the caf&eacute;&hellip;", "i do n't like the café ..."],
    ["It&#39;s &quot;fine&quot;, it&rsquo;s ok", `it 's " fine " , it 's ok`],
    ["Tom &amp;amp; Jerry &amp;#39;s, twice escaped", "tom & jerry ' s , twice escaped"],
    ["R&B, AT&T and &unknown; stay", "r & b , at & t and & unknown ; stay"],
    ["fish &amp chips &nbsp now", "fish & chips now"],
    ["&lt;p&gt;escaped&lt;br /&gt;markup", "escaped markup"],
  ],
  markup: [
    ["Great!!<br /><br/>The <b>end</b>", "great ! ! the end"],
    [`a <span style="${"x:y;".repeat(400)}">long tag</span>`, "a long tag"],
    ["good <!-- terrible, awful\n --> film<!---->.", "good film ."],
    ["<style>p { color: bad }</STYLE>fine<script>bad()</script>", "fine"],
    ["<!DOCTYPE html><?xml awful?><![if !mso]>fine<![endif]>", "fine"],
    ["1 < 2 and 3 > 2, a<b", "1 < 2 and 3 > 2 , a < b"],
    ["never closed <!-- good", "never closed < ! -- good"],
  ],
  emoji: [
    ["I 😍 it", "i smiling face with heart eyes it"],
    ["bad 😡", "bad enraged face"],
    [`fine ${"❤️".repeat(60)} end`, "fine red heart red heart end"],
    ["❤ ❤️ ❤ 😍 ❤", "red heart red heart smiling face with heart eyes"],
    ["😭 and 😭", "loudly crying face and loudly crying face"],
    ["👏🏽 👏", "clapping hands clapping hands"],
    ["👩🏽‍🚀 in 🇫🇷 at 1️⃣", "woman astronaut in flag france at keycap 1"],
  ],
  typography: [
    ["“Curly” ‘quotes’ — and…", `" curly " ' quotes ' -- and ...`],
    ["don’t, don`t, don´t", "do n't , do n't , do n't"],
    ["Brand™ and Name®", "brand and name"],
  ],
  invisible: [["gr\u00adeat g\u200boo\u200dd \u202efilm\ufeff", "great good film"]],
  compatibility: [
    ["ｇｒｅａｔ！ ﬁne 𝐠𝐨𝐨𝐝 𝓯𝓲𝓵𝓶", "great ! fine good film"],
    ["e\u0301lan ÜBER ｶﾞ", "élan über ガ"],
  ],
  hashtags: [
    ["#BestPhoneEver #good2go #NOTGood", "best phone ever good 2 go not good"],
    ["#so_bad and #awful", "so bad and awful"],
    ["we are #1, a#b", "we are # 1 , a # b"],
  ],
  links: [
    ["See https://example.com/a?b=c&d=e, or (www.example.org).", "see <url> , or ( <url> ) ."],
    ["on example.com or short.ly/a1b2c3 today", "on <url> or <url> today"],
    ["the end.And it was w/o sound", "the end . and it was w / o sound"],
  ],
  emails: [["write to first.last@example.co.uk!", "write to <email> !"]],
  mentions: [["@some_one said, 2 @ 5 each", "<user> said , 2 @ 5 each"]],
  numbers: [
    ["order #4821, part AB-1234567", "order <number> , part <number>"],
    ["order 112-1234567-1234567; call 555-123-4567", "order <number> ; call <number>"],
    ["in 1999, for 1,999,999 or 12000.50, in 4k", "in 1999 , for 1,999,999 or 12000.50 , in 4k"],
  ],
  ratings: [
    ["4/5. 10/10! 7.5 / 10, 11/10", "<rating-8> . <rating-10> ! <rating-8> , <rating-10>"],
    ["24/7 on 4/5/2020, 1/2 off, 1/5 of it", "24 / 7 on 4 / 5 / 2020 , 1 / 2 off , 1 / 5 of it"],
    ["8 out of 10, five out of five stars", "<rating-8> , <rating-10>"],
    ["8 out of 10 people, one out of the ten", "8 out of 10 people , one out of the ten"],
    [
      "5 stars, five-star food, 4.5 stars, 4½ stars",
      "<rating-10> , <rating-10> food , <rating-9> , <rating-9>",
    ],
    ["four and a half stars, no stars, ０ stars", "<rating-9> , <rating-0> , <rating-0>"],
    ["one star of the show; we started; 8 stars", "one star of the show ; we started ; <rating-8>"],
    ["★★☆☆☆ then ⭐️⭐️⭐️⭐️⭐️", "<rating-4> then <rating-10>"],
    ["★ nice; ⭐ nice", "★ nice ; star nice"],
    ["Two thumbs up! Big thumbs-down, 👍🏽👎", "<thumbs-up> ! <thumbs-down> , <thumbs-up> <thumbs-down>"],
  ],
  emoticons: [
    ["fine :) bad :-( hm ;)", "fine slightly smiling face bad frowning face hm winking face"],
    ["I <3 it, </3, <33", "i red heart it , broken heart , red heart"],
    [
      "great:))) :'( >:( :D :/",
      "great slightly smiling face crying face angry face grinning face confused face",
    ],
    ["Cons:(none), and:/or, at 8:30, re:p", "cons : ( none ) , and : / or , at 8 : 30 , re : p"],
  ],
  contractions: [
    ["dont, didnt; shouldnt!", "do n't , did n't ; should n't !"],
    ["im sure youre right, thats it", "i 'm sure you 're right , that 's it"],
    ["don t, can t, won t touch, do nt", "do n't , ca n't , wo n't touch , do n't"],
    ["cant wont its were well ill id lets", "cant wont its were well ill id lets"],
    ["in the restaurant we want time", "in the restaurant we want time"],
  ],
  repeats: [["good!!!!!!!!! ?????? ! !", "good ! ! ! ? ? ? ! !"]],
};

for (const [rule, cases] of Object.entries(golden)) {
  for (const [text, tokens] of cases) {
    test(`${rule}: ${JSON.stringify(text.slice(0, 60))} is read as intended`, () =>
      assert.equal(read(text), tokens));
  }
  test(`${rule} can be switched off`, () => {
    const settings = { ...reviews, without: [rule] };
    assert.ok(cases.some(([text]) => tokenize(text, settings).join(" ") !== read(text)));
  });
}

const words = "<pad> <unk> so too to off of good great god love boring soo viii abb".split(" ");
const encoder = (without: string[] = []) =>
  new Encoder({
    settings: { ...reviews, without, maximumLength: 50, truncation: "start", fixedLength: false },
    words,
  });
const wordsOf = (text: string) => [...encoder().encode(text).ids].map((id) => words[id]);

test("stretched: a word is read as the known word that it stretches, if possible with two letters", () => {
  assert.deepEqual(wordsOf("SOOOO tooo offf goooood greaaat looooove booooring"), [
    ...["so", "too", "off", "good", "great", "love", "boring"],
  ]);
});

test("stretched: known words, numerals, single letters and unknown words stay unchanged", () => {
  assert.deepEqual(wordsOf("viii abb aaaa zzzzz aaabbbcccddd"), [
    ...["viii", "abb", "<unk>", "<unk>", "<unk>"],
  ]);
});

test("stretched can be switched off", () => {
  assert.deepEqual([...encoder(["stretched"]).encode("sooo").ids], [1]);
});

test("every rule has golden texts, and only rules can be switched off", () => {
  assert.deepEqual([...Object.keys(golden), "stretched"].sort(), [...RULE_NAMES].sort());
});

test("settings without a rule have a fingerprint of their own", () => {
  const fingerprints = [[], ...RULE_NAMES.map((name) => [name])].map((w) => encoder(w).fingerprint);
  assert.equal(new Set(fingerprints).size, RULE_NAMES.length + 1);
});

test("a text of links and numbers has no word, and a rating counts as one", () => {
  const only = (word: string) =>
    new Encoder({ settings: encoder().settings, words: ["<pad>", "<unk>", word] });
  assert.deepEqual(
    [only("<url>").encode("https://example.com").words, only("<url>").encode("www.a.com").known],
    [0, 1],
  );
  assert.equal(only("<rating-8>").encode("4/5").words, 1);
});

test("the token of a rule has the place of the characters that it replaced", () => {
  const text = "#BestPhone dont 😍 4/5 &amp;#39; see https://example.com, gr\u00adeat";
  const placed = spans(text, reviews).map(({ token, start, end }) => [token, text.slice(start, end)]);
  assert.deepEqual(placed, [
    ["best", "Best"],
    ["phone", "Phone"],
    ["do", "do"],
    ["n't", "nt"],
    ["smiling", "😍"],
    ["face", ""],
    ["with", ""],
    ["heart", ""],
    ["eyes", ""],
    ["<rating-8>", "4/5"],
    ["'", "&amp;#39;"],
    ["see", "see"],
    ["<url>", "https://example.com"],
    [",", ","],
    ["great", "gr\u00adeat"],
  ]);
});
