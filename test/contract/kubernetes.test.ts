import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { describe, test } from "node:test";
import { BASE, GPU, kustomization, manifestsOf, readYaml, render } from "./kubernetes/manifests.ts";
import { assertRestricted } from "./kubernetes/restricted.ts";
import { schemaFaults, typeFaults } from "./kubernetes/schemas.ts";

describe("the Kubernetes manifests", async () => {
  const overlays = { base: await render(BASE), gpu: await render(GPU) };

  for (const folder of [BASE, GPU]) {
    test(`${folder} lists every file of its folder`, async () => {
      const { resources = [], patches = [] } = await kustomization(folder);
      const listed = [...resources, ...patches.map(({ path }) => path)].filter(
        (name) => !name.startsWith(".."),
      );
      const there = (await readdir(folder)).filter((name) => name !== "kustomization.yaml");
      assert.deepEqual(listed.sort(), there.sort());
    });
  }

  for (const [name, manifests] of Object.entries(overlays)) {
    test(`${name} is valid by Kubernetes' schemas`, async () => {
      assert.deepEqual(
        await Promise.all(manifests.map(schemaFaults)),
        manifests.map(() => ""),
      );
    });

    test(`${name} has no property that is unknown to Kubernetes`, () => {
      assert.deepEqual(typeFaults(manifests), []);
    });

    test(`${name} runs no container as root, with a capability, a writable root or no memory limit`, () => {
      for (const { spec } of manifestsOf(manifests, "Deployment")) assertRestricted(spec.template.spec);
    });
  }

  test("a misspelt property and a wrong type are found", async () => {
    const [service] = manifestsOf(structuredClone(overlays.base), "Service");
    service!.spec.selectors = {};
    assert.match(typeFaults([service!]).join(), /"selectors"' does not exist/);
    service!.spec.ports = "http";
    assert.match(await schemaFaults(service!), /ports must be array/);
  });

  test("selectors, ports, volumes and the autoscaler refer to existing objects", () => {
    const deployments = new Map(
      manifestsOf(overlays.base, "Deployment").map((deployment) => [deployment.metadata.name, deployment]),
    );
    const volumes = manifestsOf(overlays.base, "PersistentVolumeClaim").map(({ metadata }) => metadata.name);
    for (const { metadata, spec } of deployments.values()) {
      assert.deepEqual(spec.selector.matchLabels, spec.template.metadata.labels, metadata.name);
      for (const { persistentVolumeClaim: claim } of spec.template.spec.volumes) {
        if (claim) assert.ok(volumes.includes(claim.claimName));
      }
    }
    for (const { metadata, spec } of manifestsOf(overlays.base, "Service")) {
      const { template } = deployments.get(metadata.name)!.spec;
      assert.deepEqual(spec.selector, template.metadata.labels);
      assert.equal(spec.ports[0].targetPort, template.spec.containers[0].ports[0].name);
      assert.equal(spec.ports[0].port, template.spec.containers[0].ports[0].containerPort);
    }
    for (const { spec } of manifestsOf(overlays.base, "HorizontalPodAutoscaler")) {
      assert.ok(deployments.has(spec.scaleTargetRef.name));
    }
    for (const kind of ["PodDisruptionBudget", "NetworkPolicy"]) {
      for (const { metadata, spec } of manifestsOf(overlays.base, kind)) {
        const { matchLabels } = spec.selector ?? spec.podSelector;
        assert.deepEqual(matchLabels, deployments.get(metadata.name)!.spec.template.metadata.labels);
      }
    }
  });

  test("a pod has more time to end than preStop and the service's 10 s need", () => {
    for (const { spec } of manifestsOf(overlays.base, "Deployment")) {
      const { terminationGracePeriodSeconds, containers } = spec.template.spec;
      assert.ok(terminationGracePeriodSeconds > containers[0].lifecycle.preStop.sleep.seconds + 10);
    }
  });

  test("memory limits are those of compose.yaml", async () => {
    const { services } = await readYaml("compose.yaml");
    for (const { metadata, spec } of manifestsOf(overlays.base, "Deployment")) {
      const { memory } = spec.template.spec.containers[0].resources.limits;
      assert.equal(memory.replace("i", "").toLowerCase(), services[metadata.name].mem_limit);
    }
  });
});
