import { writeOrCheck } from "@undertone/base";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";

/**
 * npm run client: writes contract.ts from the root's openapi.yaml. With --check it writes nothing,
 * and fails if the file differs.
 */
const contract = await openapiTS(new URL("../../../openapi.yaml", import.meta.url));
await writeOrCheck(new URL("contract.ts", import.meta.url), COMMENT_HEADER + astToString(contract), "client");
