import { createHash } from "node:crypto";

/** Names a review across the files of a teacher: the first 16 hex digits of its text's sha256. */
export const textKey = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);
