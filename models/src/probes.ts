/**
 * Texts that together use every rule of the encoder. The fingerprint of an encoder is computed from
 * their ids.
 */
export const PROBES: readonly string[] = [
  "",
  "a good film, and a bad one.",
  "I can't say it isn't good; we'd've left, they're gone, it's John's.",
  "Great!!<br /><br />The end... or -- so we thought &amp; hoped.",
  "A well-known 3.5-star film from 1,999 O'Brien sequels (10/10).",
  "“Curly” ‘quotes’ — and an ellipsis…",
  "Été à la plage, ÜBER naïve; 映画は良い; фильм хороший; فيلم جيد",
  "constructor __proto__ toString hasOwnProperty",
  "😀 👍🏽 <3 :-( double  spaces\tand\nlines \u0000 \ud800",
  `${"good bad ".repeat(300)}end`,
];

/** Texts for the rules that only `reviews` has. */
export const REVIEW_PROBES: readonly string[] = [
  "I don&#x27;t &amp;lt;3 it &eacute;&hellip;<!-- not seen --><style>a{}</style><p class='x'>Seen</p>",
  "★★☆☆☆ 4/5, 8 out of 10, four and a half stars, no stars, two thumbs up 👎",
  "😀😀😀 👩‍👩‍👧 ❤️ 🇫🇷 :) :-( ;) </3 <3 :'( great:) and:/",
  "ｆｕｌｌ ﬁne 𝐠𝐫𝐞𝐚𝐭 gr\u00adeat good\u200b ½",
  "See https://example.com/a?b=c, mail me@example.com, @someone, order #12345, part ab-1234567.",
  "#BestFilmEver #good2go dont didn t youre thats its wont cant!!!!!!!!!!",
  "goooood greaaat soooo baaaad filmmm",
];
