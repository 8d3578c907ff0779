import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { after, describe, test } from "node:test";
import { COMMON_PROBLEMS } from "@undertone/base";
import supertest from "supertest";
import { parse } from "yaml";
import { startApp } from "../helpers/app.ts";
import { IMAGE_FLAGS } from "../helpers/process.ts";

interface Dashboard {
  panels: { title: string; targets?: { expr: string }[] }[];
}

describe("the files for HAProxy, Docker and Grafana", async () => {
  const problems: Record<string, { status: number; title: string }> = COMMON_PROBLEMS;

  for (const file of await readdir("docker/haproxy/errors")) {
    test(`HAProxy's ${file} is the problem document of a service`, async () => {
      const message = await readFile(path.join("docker/haproxy/errors", file), "utf8");
      const [head = "", body = ""] = message.split("\r\n\r\n");
      const code = path.basename(file, ".http");
      const { status, title } = problems[code]!;
      assert.match(head, new RegExp(`^HTTP/1.1 ${status} `));
      assert.match(head, new RegExp(`\r\nContent-Length: ${Buffer.byteLength(body)}$`));
      const { detail, ...rest } = JSON.parse(body);
      assert.ok(detail);
      assert.deepEqual(rest, { type: `urn:undertone:problem:${code}`, title, status, code });
    });
  }

  for (const image of ["sentiment", "sentiment.cuda"]) {
    test(`${image}.Dockerfile gives node the flags of npm start, without the loader`, async () => {
      const text = await readFile(`docker/${image}.Dockerfile`, "utf8");
      const [, entry = ""] = /^ENTRYPOINT (.+)$/m.exec(text) ?? [];
      assert.deepEqual(JSON.parse(entry), ["node", ...IMAGE_FLAGS, "main.js"]);
    });
  }

  test("the dashboard and the alerts use metrics that a service has", async () => {
    const app = await startApp({ after });
    const http = supertest(app.server);
    await http.post("/sentiment").send({ text: "great" });
    const { text } = await http.get("/metrics");
    const recommender = await readFile("services/recommender/src/http/metrics.ts", "utf8");
    const { panels } = JSON.parse(
      await readFile("docker/grafana/dashboards/undertone.json", "utf8"),
    ) as Dashboard;
    const { groups } = parse(await readFile("docker/prometheus/alerts.yml", "utf8"));
    const expressions = [
      ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
      ...groups.flatMap(({ rules }: { rules: { expr: string }[] }) => rules.map(({ expr }) => expr)),
    ];
    const asked = expressions.flatMap(
      (expr) => expr.match(/\b(?!haproxy_)[a-z]+_[a-z0-9_]+(?=[{[ )>]|$)/g) ?? [],
    );
    const names = new Set(asked.filter((name) => name !== "histogram_quantile"));
    assert.ok(names.size > 10);
    for (const name of names) {
      assert.ok(
        text.includes(`${name}{`) || text.includes(`\n${name} `) || recommender.includes(`"${name}"`),
        name,
      );
    }
  });

  test("every package of the workspace is copied before an image installs", async () => {
    const packages = ["models", "trainer", ...(await readdir("services")).map((name) => `services/${name}`)];
    for (const file of ["sentiment", "sentiment.cuda", "recommender", "trainer.cuda"]) {
      const dockerfile = await readFile(`docker/${file}.Dockerfile`, "utf8");
      for (const name of packages)
        assert.ok(dockerfile.includes(`COPY ${name}/package.json ${name}/\n`), `${file}: ${name}`);
    }
  });
});
