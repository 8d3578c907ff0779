import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { readConfig } from "@undertone/base";
import { consumerName, REVIEWS } from "@undertone/streams";
import { ConfigSchema } from "../../services/sentiment/src/config.ts";
import { kustomization, manifestsOf, readYaml, render, STREAM } from "./kubernetes/manifests.ts";
import { assertRestricted } from "./kubernetes/restricted.ts";
import { schemaFaults, typeFaults } from "./kubernetes/schemas.ts";

describe("the Kubernetes manifests of the stream", async () => {
  const manifests = await render(STREAM);
  const [deployment] = manifestsOf(manifests, "Deployment");
  const [job] = manifestsOf(manifests, "Job");
  const [scaler] = manifestsOf(manifests, "ScaledObject");

  test("every file is listed, except the values for the Helm chart", async () => {
    const { resources = [] } = await kustomization(STREAM);
    const there = (await readdir(STREAM)).filter((name) => name !== "kustomization.yaml");
    assert.deepEqual([...resources, "nats-values.yaml"].sort(), there.sort());
  });

  test("each manifest is valid by the schemas of Kubernetes and KEDA, without unknown properties", async () => {
    assert.deepEqual(
      await Promise.all(manifests.map(schemaFaults)),
      manifests.map(() => ""),
    );
    assert.deepEqual(typeFaults(manifests), []);
  });

  test("a misspelt property of KEDA's is found", () => {
    const wrong = structuredClone(scaler);
    wrong.spec.maxReplicas = 5;
    assert.match(typeFaults([wrong]).join(), /maxReplicas/);
  });

  test("no container runs as root, with a capability, with a writable root, or without a memory limit", () => {
    for (const { spec } of [deployment, job]) assertRestricted(spec.template.spec);
  });

  test("KEDA reads the consumer of the default model, and scales the workers' deployment", async () => {
    const { modelDir } = readConfig(ConfigSchema, {});
    const model = await readYaml(path.join(modelDir, "manifest.json"));
    const [{ metadata }] = scaler.spec.triggers;
    assert.equal(metadata.consumer, consumerName(model), "change worker-scaler.yaml with the default model");
    assert.equal(metadata.stream, REVIEWS.stream);
    assert.equal(scaler.spec.scaleTargetRef.name, deployment.metadata.name);
  });

  test("budget, policy and deployment select the same pods, and a pod has more than the worker's 10 s to end", () => {
    const { labels } = deployment.spec.template.metadata;
    assert.deepEqual(deployment.spec.selector.matchLabels, labels);
    const [budget] = manifestsOf(manifests, "PodDisruptionBudget");
    const [policy] = manifestsOf(manifests, "NetworkPolicy");
    assert.deepEqual(budget.spec.selector.matchLabels, labels);
    for (const [name, value] of Object.entries(policy.spec.podSelector.matchLabels)) {
      assert.equal(labels[name], value);
      assert.equal(job.spec.template.metadata.labels[name], value);
    }
    assert.ok(deployment.spec.template.spec.terminationGracePeriodSeconds > 10);
  });

  test("the chart's values have as many servers as a stream has copies", async () => {
    const { config } = await readYaml(path.join(STREAM, "nats-values.yaml"));
    for (const { spec } of [deployment, job]) {
      const { env } = spec.template.spec.containers[0];
      const replicas = env.find(({ name }: { name: string }) => name === "STREAM_REPLICAS");
      assert.equal(Number(replicas.value), config.cluster.replicas);
    }
  });
});
