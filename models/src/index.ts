export { type Artifact, ArtifactError, describeFile, readArtifact } from "./artifact.ts";
export { type Encoded, Encoder, type Located } from "./encode.ts";
export { type Golden, LABELS, type Manifest } from "./manifest.ts";
export { type Padded, pad } from "./pad.ts";
export { sentenceOfEach } from "./sentences.ts";
export { type Span, spans } from "./spans.ts";
export { tokenize } from "./tokenize.ts";
export {
  type EncoderSettings,
  SPECIAL_WORDS,
  type TextRules,
  UNKNOWN,
  type Vocabulary,
} from "./vocabulary.ts";
