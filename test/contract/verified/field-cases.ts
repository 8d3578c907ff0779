/**
 * One row: the test of the case (`test` is a part of the source in `file`), or the reason why there
 * is none.
 */
export type VerifiedCase = { id: string; what: string } & (
  | { file: string; test: string }
  | { reason: string }
);

const DETECTION = "test/tables/detection.test.ts";
const FAULTS = "test/tables/faults.test.ts";
const COMMAND = "test/e2e/slow/file-command.test.ts";
const PAGE = "test/e2e/browser/many-texts.ts";
const UPLOAD = "test/sentiment/file-upload.test.ts";
const REFUSALS = "test/sentiment/http-refusals.test.ts";
const LABELS = "test/trainer/labels.test.ts";
const CORPUS = "test/trainer/corpus.test.ts";
const TEXTS = "test/models/reviews.test.ts";
const CASES = "test/sentiment/field-cases.test.ts";
const WARNINGS = "test/sentiment/warnings.test.ts";
const MODEL = "test/sentiment/published-model.test.ts";
const FEEDBACK = "test/recommender/feedback-items.test.ts";
const VECTORS = "test/trainer/vector-file.test.ts";

/** Complaints about other products that were tried on this one, each with its test. */
export const FIELD_CASES: VerifiedCase[] = [
  {
    id: "1",
    what: "UTF-16 as Excel exports it",
    file: COMMAND,
    test: "an export of Excel in UTF-16 comes back in UTF-16",
  },
  {
    id: "2",
    what: "CSV in Latin-1 or Windows-1252",
    file: FAULTS,
    test: "bytes that are not UTF-8 are named by line and byte",
  },
  { id: "3", what: "the same in training", file: CORPUS, test: "a corpus in Latin-1" },
  {
    id: "4",
    what: "a JSON body that is not UTF-8",
    file: REFUSALS,
    test: "refuses bytes that are not UTF-8",
  },
  { id: "5", what: "a charset in the header", file: REFUSALS, test: "and every other charset" },
  {
    id: "7",
    what: "carriage returns as line ends",
    file: DETECTION,
    test: "carriage returns alone end rows, as Excel for Mac writes them",
  },
  {
    id: "8",
    what: "an error that prints the whole file",
    file: FAULTS,
    test: "the error for a missing column lists the existing ones, shortened and escaped",
  },
  {
    id: "9",
    what: "semicolons and decimal commas",
    file: DETECTION,
    test: "between cells is detected, although cells have the other delimiters",
  },
  { id: "10", what: "data sets as TSV", file: UPLOAD, test: '"TSV"' },
  {
    id: "11",
    what: "blank last lines",
    file: DETECTION,
    test: "blank lines are skipped and counted, wherever they are",
  },
  {
    id: "12",
    what: "quotes inside an unquoted cell",
    file: DETECTION,
    test: "quotes inside an unquoted cell are characters",
  },
  { id: "13", what: "a name that does not tell the format", file: CORPUS, test: '"reviews.json"' },
  {
    id: "14",
    what: "JSON Lines with a byte order mark",
    file: "test/tables/round-trip.test.ts",
    test: "any table is read as written, and is written as read",
  },
  {
    id: "15",
    what: "the same column twice",
    file: FAULTS,
    test: "a column name that occurs twice is refused, and its number is accepted",
  },
  {
    id: "16",
    what: "gzip of several members",
    file: DETECTION,
    test: "gzip of several members and zstd of several frames are one file each",
  },
  { id: "17", what: "the same in the page", file: PAGE, test: "members.csv.gz" },
  {
    id: "18",
    what: "a training file with one class",
    file: LABELS,
    test: "a split with one class, a small class or texts of the test is refused with numbers",
  },
  {
    id: "20",
    what: "a rating of 0 for not rated",
    file: LABELS,
    test: "ratings of every scale are converted to stars, and those outside it are refused",
  },
  { id: "22", what: "words and fractions as ratings", file: LABELS, test: "is refused with its reason" },
  {
    id: "23",
    what: "columns of other names",
    file: LABELS,
    test: "columns with other names can be given",
  },
  {
    id: "24",
    what: "one bad text in a batch",
    file: REFUSALS,
    test: "a fault of one item is the error of that item, with its place, and the others are scored",
  },
  {
    id: "25",
    what: "one bad text in Hugging Face's list",
    file: CASES,
    test: "field case 25: a refused text of Hugging Face's list is named by its index",
  },
  {
    id: "26",
    what: "one bad rating in a load",
    file: FEEDBACK,
    test: "its own error says where and why, and the others are stored",
  },
  {
    id: "27",
    what: "the same in the demo",
    file: "test/recommender/demo.test.ts",
    test: "line 8: at: expected a time",
  },
  {
    id: "28",
    what: "no text in a list of the typed client",
    file: "test/client/many.test.ts",
    test: "field case 28: what is no text in a list is its item's own error",
  },
  { id: "29", what: "entities, also escaped twice", file: TEXTS, test: "twice escaped" },
  { id: "31", what: "comments in markup", file: TEXTS, test: "terrible, awful\\n --> film" },
  { id: "32", what: "links", file: TEXTS, test: "See https://example.com" },
  {
    id: "33",
    what: "stretched words",
    file: TEXTS,
    test: "stretched: a word is read as the known word that it stretches",
  },
  { id: "34", what: "missing apostrophes", file: TEXTS, test: "dont, didnt; shouldnt!" },
  { id: "35", what: "curly apostrophes", file: TEXTS, test: "don’t, don`t, don´t" },
  { id: "36", what: "emoji and emoticons", file: TEXTS, test: "I <3 it" },
  { id: "37", what: "ratings that are drawn", file: TEXTS, test: "★★☆☆☆ then" },
  { id: "38", what: "soft hyphens, full width, ligatures", file: TEXTS, test: "ｇｒｅａｔ！" },
  { id: "39", what: "another language", file: WARNINGS, test: "Ce téléphone est nul" },
  { id: "40", what: "other languages in Latin letters", file: WARNINGS, test: "Das Zimmer war schmutzig" },
  {
    id: "41",
    what: "the same through the recommender",
    file: "test/recommender/sentiment-state.test.ts",
    test: "a warned or refused text is an interaction only",
  },
  {
    id: "42",
    what: "nan, N/A and other placeholders",
    file: "test/sentiment/no-opinion.test.ts",
    test: "is a placeholder and has no opinion",
  },
  {
    id: "43",
    what: "a review that is only a rating",
    file: TEXTS,
    test: "a text of links and numbers has no word, and a rating counts as one",
  },
  {
    id: "44",
    what: "no neutral answer",
    file: MODEL,
    test: "field case 44: a text without an opinion scores near the middle",
  },
  {
    id: "49",
    what: "members that are not documented",
    file: CASES,
    test: "field case 49: the error for an unknown member names it and the documented ones",
  },
  {
    id: "49, 53",
    what: "the same and NaN in a stream",
    file: CASES,
    test: "field cases 49 and 53 in a stream: the member and NaN are named, and the other lines are answered",
  },
  {
    id: "50",
    what: "an input of another name",
    file: CASES,
    test: "field case 50: the error for an input with another name has the expected name",
  },
  {
    id: "51",
    what: "parameters of other servers",
    file: CASES,
    test: "field case 51: return_all_scores is accepted, and a refused value is told the accepted ones",
  },
  {
    id: "52",
    what: "gzip to a JSON route",
    file: REFUSALS,
    test: "reads a gzip-encoded body, and refuses any other encoding by its name",
  },
  {
    id: "53",
    what: "NaN in JSON Lines",
    file: FAULTS,
    test: "the error for broken JSON has its place and never its text",
  },
  {
    id: "54",
    what: "Excel or HTML under a .csv name",
    file: FAULTS,
    test: "with the name .csv is recognized",
  },
  {
    id: "55",
    what: "Python dictionaries as lines",
    file: FAULTS,
    test: "a file that only looks like JSON is refused at once",
  },
  {
    id: "56",
    what: "an opinion dated in the future",
    file: FEEDBACK,
    test: "a time four minutes ahead is accepted, and does not keep later feedback out",
  },
  {
    id: "57",
    what: "ids with signs and any script",
    file: "test/recommender/http-results.test.ts",
    test: "ids with any characters of any script can be used in a path",
  },
  {
    id: "58",
    what: "the same user and item twice in a batch",
    file: "test/recommender/http-results.test.ts",
    test: "each item of a batch has its own result, in order, and a fault does not affect the others",
  },
  {
    id: "59",
    what: "the order of opinions by time",
    file: "test/recommender/field-cases.test.ts",
    test: "field case 59: zones, fractions of a second and offsets order a user's opinions by their moment",
  },
  {
    id: "60",
    what: "vectors of words with spaces",
    file: VECTORS,
    test: "words may have spaces, be numbers, or have Unicode line separators",
  },
  {
    id: "61",
    what: "word2vec's first line",
    file: VECTORS,
    test: "word2vec, with the count and the dimensions",
  },
  {
    id: "62",
    what: "blanks at line ends, empty numbers",
    file: VECTORS,
    test: "fastText, with a blank at each line's end",
  },
  {
    id: "63",
    what: "memory after model reloads",
    file: "test/e2e/slow/reload-memory.test.ts",
    test: "field case 63: thirty SIGHUPs leave the memory within 10 % of what the first left",
  },
  {
    id: "64",
    what: "film sentences",
    file: MODEL,
    test: "field case 64: sentences on films are told apart better than by a lexicon",
  },
  { id: "65", what: "short praise", file: MODEL, test: "field case 65: short praise is positive" },
  {
    id: "66",
    what: "litotes such as `Not bad at all.`",
    file: MODEL,
    test: "field case 66: more litotes are positive than with the best lexicon",
  },
  {
    id: "67",
    what: "plain negations",
    file: MODEL,
    test: "field case 67: at least as many plain negations are negative as with the best lexicon",
  },
];
