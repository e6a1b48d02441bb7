import { expect, test } from "vitest";
import { endedGroup } from "../../../src/decide/certificates/ended.ts";
import { letsEncryptLimits } from "../../../src/decide/certificates/limits.ts";
import { noGroup } from "../../../src/world/certificate-group.ts";
import type { GroupCertificate } from "../../../src/world/certificate-group.ts";

const { refillMs } = letsEncryptLimits.domain;
const one = { number: 1, names: [], issued: [], orderedAt: 0, probe: false, notBefore: 0, notAfter: 0 };

function ended(fullAt: number, ...running: readonly boolean[]): ReturnType<typeof endedGroup> {
  const certificates = running.map((runs): GroupCertificate => ({ ...one, running: runs, failedAt: undefined }));
  return endedGroup(
    { ...noGroup, certificates, budgets: { ...noGroup.budgets, domain: fullAt } },
    letsEncryptLimits,
    10,
  );
}

test("T4: what is under way of a group that is being deleted counts as issued, once, and is under way no more", () => {
  expect(ended(3, false).budgets.domain).toBe(3);
  expect(ended(3, true, false).budgets.domain).toBe(10 + refillMs);
  expect(ended(30, true, true).budgets.domain).toBe(30 + 2 * refillMs);
  const { certificates } = ended(30, true, true);
  expect(certificates.map(({ running }) => running)).toEqual([false, false]);
});
