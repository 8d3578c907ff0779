export * from "csv-parse/browser/esm/sync";
