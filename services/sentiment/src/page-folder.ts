import { fileURLToPath } from "node:url";

/** The page's files, sent as they are. In a bundle they stand beside it, see docker/bundle.ts. */
export const PAGE_FOLDER = fileURLToPath(new URL("./page/", import.meta.url));
