import { leaseAnnotations } from "@domain-claims/crds/domain";
import { expect, test } from "vitest";
import { selfReport } from "../../src/operations/self-report.ts";

const classes = { ingressClass: "web", ingressController: "example.org/web" };

const told = (checks: Parameters<typeof selfReport>[2]): unknown =>
  JSON.parse(selfReport("1.2.3", classes, checks)[leaseAnnotations.checks] ?? "");

test("a leader tells its version, how Kong and the proof are, and of the rest only what is not well", () => {
  const checks = [
    { name: "watch/Domain", ok: true, detail: "last heard of 1 s ago" },
    { name: "watch/Ingress", ok: false, detail: "not listed yet" },
    { name: "kong", ok: true, detail: "answers" },
    { name: "proof", ok: true, warns: true, detail: "the gateway is behind" },
    { name: "leader", ok: true, detail: "leads" },
  ];
  expect(selfReport("1.2.3", classes, checks)[leaseAnnotations.version]).toBe("1.2.3");
  expect(told(checks)).toEqual([
    { name: "watch/Ingress", ok: false, warns: false, detail: "not listed yet" },
    { name: "kong", ok: true, warns: false, detail: "answers" },
    { name: "proof", ok: true, warns: true, detail: "the gateway is behind" },
  ]);
});

test("a leader tells which classes it serves, which nobody else knows", () => {
  expect(selfReport("1.2.3", classes, [])).toMatchObject({
    [leaseAnnotations.ingressClass]: "web",
    [leaseAnnotations.ingressController]: "example.org/web",
  });
});

test("what is told is bounded: a Lease is read by everybody, every other second", () => {
  const [kong] = told([{ name: "kong", ok: false, detail: "x".repeat(10_000) }]) as [{ detail: string }];
  expect(kong.detail).toHaveLength(300);
});
