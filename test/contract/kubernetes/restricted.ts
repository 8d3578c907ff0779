import assert from "node:assert/strict";

/**
 * Asserts that a pod has no token of the API server, and that its containers do not run as root, have
 * no capability, cannot write to their root file system, and have a memory limit.
 */
// biome-ignore lint/suspicious/noExplicitAny: the test checks its shape
export function assertRestricted(pod: any): void {
  assert.equal(pod.automountServiceAccountToken, false);
  assert.equal(pod.securityContext.runAsNonRoot, true);
  for (const { securityContext, resources } of pod.containers) {
    assert.deepEqual(securityContext.capabilities.drop, ["ALL"]);
    assert.equal(securityContext.readOnlyRootFilesystem, true);
    assert.equal(securityContext.allowPrivilegeEscalation, false);
    assert.ok(resources.limits.memory);
  }
}
