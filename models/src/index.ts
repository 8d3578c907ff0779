export { type Artifact, describeFile, readArtifact, SIGNATURE } from "./artifact.ts";
export { ArtifactError } from "./artifact-error.ts";
export { type Encoded, Encoder, type Located, type WordCount } from "./encode.ts";
export { type Golden, LABELS, type Manifest } from "./manifest.ts";
export { type Padded, pad } from "./pad.ts";
export { foldStretched, foldsStretched, isStretched } from "./reviews/stretched.ts";
export { sentenceOfEach } from "./sentences.ts";
export { readSecretKey, signContent } from "./sign.ts";
export { type Span, spans } from "./spans.ts";
export { tokenize } from "./tokenize.ts";
export {
  type EncoderSettings,
  EncoderSettingsSchema,
  SPECIAL_WORDS,
  type TextSettings,
  UNKNOWN,
  type Vocabulary,
} from "./vocabulary.ts";
