export * from "csv-parse/browser/esm";
