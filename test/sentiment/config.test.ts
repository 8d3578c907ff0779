import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { ConfigError, configTable, printableConfig, readConfig } from "@undertone/base";
import Type from "typebox";
import { ConfigSchema } from "../../services/sentiment/src/config.ts";

test("an empty environment gives the defaults, frozen", () => {
  const config = readConfig(ConfigSchema, { PORT: "" });
  assert.equal(config.host, "127.0.0.1");
  assert.equal(config.port, 8080);
  assert.ok(Object.isFrozen(config));
});

test("a variable sets the field of its name", () => {
  const config = readConfig(ConfigSchema, { MAX_QUEUE_TOKENS: "12", EXECUTION_PROVIDER: "cpu" });
  assert.equal(config.maxQueueTokens, 12);
  assert.equal(config.executionProvider, "cpu");
});

test("all faults are reported at once, with what was expected and what was found", () => {
  const env = { PORT: "80a", MAX_BATCH_ITEMS: "1001", EXECUTION_PROVIDER: "tpu", LOG_LEVEL: "info" };
  assert.throws(
    () => readConfig(ConfigSchema, env),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(error.faults, [
        'PORT: expected a whole number from 0 to 65535, got "80a"',
        'MAX_BATCH_ITEMS: expected a whole number from 1 to 1000, got "1001"',
        'EXECUTION_PROVIDER: expected one of auto, cpu, cuda, got "tpu"',
      ]);
      return true;
    },
  );
});

test("a value that only resembles a number is refused", () => {
  for (const PORT of ["0x50", "8e1", " 80", "80.0", "true"]) {
    assert.throws(() => readConfig(ConfigSchema, { PORT }), ConfigError);
  }
});

test("a secret is printed neither with the configuration nor in a fault", () => {
  const schema = Type.Object({ apiKey: Type.String({ minLength: 8, secret: true }), on: Type.Boolean() });
  const config = readConfig(schema, { API_KEY: "long enough", ON: "true" });
  assert.deepEqual(printableConfig(schema, config), { apiKey: "[redacted]", on: true });
  assert.throws(
    () => readConfig(schema, { API_KEY: "short", ON: "true" }),
    /^ConfigError: API_KEY: .*\[redacted\]$/,
  );
});

test("a variable without a default must be there", () => {
  const schema = Type.Object({ modelDir: Type.String() });
  assert.throws(() => readConfig(schema, {}), /MODEL_DIR: expected a string, got nothing/);
});

test("the README's table is the schema's", async () => {
  const readme = await readFile(new URL("../../services/sentiment/README.md", import.meta.url), "utf8");
  assert.ok(
    readme.includes(configTable(ConfigSchema)),
    `put this table there:\n${configTable(ConfigSchema)}`,
  );
});
