export * from "csv-stringify/browser/esm/sync";
