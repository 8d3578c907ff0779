import { type Encoder, UNKNOWN } from "@undertone/models";

/** Ids of each text; one that has no token is a single `<unk>`, since a network needs one step at least. */
export function encodeTexts(encoder: Encoder, texts: readonly string[]): Int32Array[] {
  return texts.map((text) => {
    const { ids } = encoder.encode(text);
    return ids.length > 0 ? ids : Int32Array.of(UNKNOWN);
  });
}
