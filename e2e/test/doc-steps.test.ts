import { expect, test } from "vitest";
import { docSteps, missingLine } from "../support/doc-steps.ts";

const step = { script: "", answer: [["acme.org is held by", "acme-org"], ["two words"]] };

test("the tutorial has people type something, and shows what that answers", () => {
  const steps = docSteps("tutorial.md");
  expect(steps.length).toBeGreaterThan(10);
  expect(steps.filter(({ answer }) => answer.length > 0).length).toBeGreaterThan(8);
});

test("an answer has its lines in their order, each with its parts; blanks don't count", () => {
  expect(missingLine(step, "x\n  acme.org is held by the namespace acme-org.\ntwo   words")).toBeUndefined();
  expect(missingLine(step, "two words\nacme.org is held by acme-org")).toBe("two words");
  expect(missingLine(step, "acme-org: acme.org is held by\ntwo words")).toBe("acme.org is held by ... acme-org");
});
