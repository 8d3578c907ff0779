/** Texts that together touch every rule of the encoder; their ids make an encoder's fingerprint. */
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
