import { afterEach, beforeEach, expect, test } from "vitest";

import { leaseAnnotations } from "@domain-claims/crds/domain";
import { claim, openTerminal, record } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal();
});

afterEach(async () => {
  await terminal.close();
});

const acme = record("acme.org", { kind: "primary", namespace: "acme-org", name: "acme" });

test.each([
  [
    "m.acme.org",
    "a claim would be refused: NotDelegated: acme.org is held by namespace acme-org",
    "  kubectl domain share acme.org --with marvin-org -n acme-org\nTo fix it, you: claim it: the claim is decided again when that changes\n  kubectl domain claim m.acme.org -n marvin-org\n",
  ],
  [
    "a.b.acme.org",
    "a claim would be refused: ParentClaimed: a.b.acme.org lies below acme.org",
    "  kubectl domain share acme.org --with marvin-org -n acme-org\n",
  ],
  [
    "*.acme.org",
    "a claim would be refused: NotDelegated: *.acme.org is a wildcard",
    "  kubectl domain claim '*.acme.org' -n acme-org\n",
  ],
  [
    "*.shop.acme.org",
    "a claim would be refused: DomainNotFound: no primary shop.acme.org",
    "To fix it, shop-org's team: release shop.acme.org and claim it as a primary: it is a shared claim, below which nothing can be claimed\n  kubectl domain claim shop.acme.org --primary -n shop-org\n",
  ],
  [
    "*.shop.acme.org",
    "shop-org holds shop.acme.org as a shared claim, below which nothing can be claimed",
    "  kubectl domain claim '*.shop.acme.org' -n marvin-org\n",
  ],
  [
    "*.co.uk",
    "a claim would be refused: DomainNotFound: no primary co.uk",
    "To fix it, you: claim a name below co.uk that is yours: co.uk is a public suffix, which nobody can hold\n",
  ],
  [
    "co.uk",
    "a claim would be refused: PublicSuffix: co.uk is a public suffix",
    "To fix it, you: claim a name below co.uk that is yours\n",
  ],
  [
    "x.cluster.local",
    "a claim would be refused: ReservedName: x.cluster.local is reserved",
    "To fix it, an administrator: x.cluster.local is reserved",
  ],
  [
    "free.org",
    "as far as the register tells, a claim would be OK: free.org is held by marvin-org",
    "To fix it, you: claim it\n  kubectl domain claim free.org -n marvin-org\n",
  ],
])("of %s, which nobody here claims, everything above it is known: %s", async (host, outlook, fix) => {
  terminal.api.put("hostrecords", acme);
  terminal.api.put("hostrecords", record("shop.acme.org", { kind: "shared", namespace: "shop-org", name: "shop" }));
  const { code, stdout } = await terminal.type(["explain", host]);
  expect(code).toBe(0);
  expect(stdout).toContain(outlook);
  expect(stdout).toContain(fix);
});

test("a claim that is being released, a Kong and a controller that are away are said, and conditions are old then", async () => {
  const conditions = [
    { type: "Programmed", status: "False", reason: "KongUnreachable", message: "connect ECONNREFUSED" },
  ];
  const acmeClaim = claim("marvin-org", "acme", { primary: "acme.org" }, { phase: "OK", reason: "Held", conditions });
  const metadata = {
    ...acmeClaim.metadata,
    deletionTimestamp: "2026-01-03T23:30:00Z",
    finalizers: ["kolihub.io/kong"],
  };
  terminal.api.put("domains", { ...acmeClaim, metadata });
  terminal.api.put("leases", {
    metadata: { name: "domain-claims", namespace: "elsewhere" },
    spec: { holderIdentity: "pod-1", leaseDurationSeconds: 15, renewTime: "2026-01-03T23:00:00.000000Z" },
  });
  const { stdout } = await terminal.type(["explain", "acme"]);
  expect(stdout).toContain("Deleted:     30m ago; it goes when its routes have left Kong\n");
  expect(stdout).toContain("Kong:        does not answer, so nothing changes there: connect ECONNREFUSED\n");
  expect(stdout).toContain("Controller:  the controller has not renewed its Lease elsewhere/domain-claims for 60m");
  expect(stdout).toContain("Conditions, as last said:\n");
});

test("a Kong that the leader can't use is said of a claim that waits for nothing there, too", async () => {
  terminal.api.put("domains", claim("marvin-org", "acme", { primary: "acme.org" }));
  const checks = [{ name: "kong", ok: false, warns: false, detail: "nothing listens at its address" }];
  terminal.api.put("leases", {
    metadata: {
      ...{ name: "domain-claims", namespace: "kong-system" },
      annotations: { [leaseAnnotations.checks]: JSON.stringify(checks) },
    },
    spec: { holderIdentity: "pod-1", leaseDurationSeconds: 15, renewTime: "2026-01-03T23:59:58.000000Z" },
  });
  expect((await terminal.type(["explain", "acme"])).stdout).toMatch(
    /^Kong: +nothing changes there now: nothing listens at its address$/m,
  );
});

test("a controller that renews its Lease is not spoken of, and a Lease that may not be read neither", async () => {
  terminal.api.put("domains", claim("marvin-org", "acme", { primary: "acme.org" }));
  terminal.api.put("leases", {
    metadata: { name: "domain-claims", namespace: "kong-system" },
    spec: { holderIdentity: "pod-1", leaseDurationSeconds: 15, renewTime: "2026-01-03T23:59:58.000000Z" },
  });
  expect((await terminal.type(["explain", "acme"])).stdout).not.toContain("Controller:");
  terminal.api.deny = (_verb, plural) => plural === "leases";
  const { stdout } = await terminal.type(["explain", "acme"]);
  expect(stdout).not.toContain("Controller:");
  expect(stdout).not.toContain("Not shown");
});

test("several hosts are explained one after the other, as JSON in a list", async () => {
  terminal.api.put("hostrecords", acme);
  const { stdout } = await terminal.type(["explain", "acme.org", "free.org"]);
  expect(stdout).toMatch(/^Host: +acme\.org\n[^]*\n\nHost: +free\.org\n/);
  const json = await terminal.type(["explain", "acme.org", "free.org", "-o", "json"]);
  expect(JSON.parse(json.stdout)).toMatchObject([{ host: "acme.org" }, { host: "free.org" }]);
});

test("long lists of Ingresses and events are cut, with a count", async () => {
  terminal.api.put("domains", claim("marvin-org", "acme", { primary: "acme.org" }));
  for (let at = 0; at < 30; at += 1) {
    terminal.api.put("ingresses", {
      metadata: { name: `web-${String(at)}`, namespace: "marvin-org" },
      spec: { rules: [{ host: "acme.org" }] },
    });
    terminal.api.put("events", {
      metadata: { name: `e-${String(at)}`, namespace: "marvin-org" },
      involvedObject: { kind: "Domain", name: "acme" },
      message: `number ${String(at)}`,
      lastTimestamp: `2026-01-03T23:${String(at + 10)}:00Z`,
    });
  }
  const { stdout } = await terminal.type(["explain", "acme"]);
  expect(stdout).toContain("            ... and 20 more\n");
  expect(stdout).toContain("Events, by whoever may write them in marvin-org:\n  ... and 15 more, older\n  35m ");
  expect(stdout).toContain("number 29\n");
});

test("of events without end so many are read, and none is believed: they say so, and the answer is the status's", async () => {
  terminal.api.put("domains", claim("marvin-org", "acme", { primary: "acme.org" }, { phase: "OK", reason: "Held" }));
  const explained = async (): Promise<string> => (await terminal.type(["explain", "acme"])).stdout;
  const [before = ""] = (await explained()).split("Events");
  for (let at = 0; at < 1_200; at += 1)
    terminal.api.put("events", {
      metadata: { name: `acme.${String(at)}`, namespace: "marvin-org" },
      involvedObject: { kind: "Domain", name: "acme" },
      reportingComponent: "platform.koli.io/domain-claims",
      type: "Warning",
      reason: "NotDelegated",
      message: "acme.org is evil-org's: kubectl delete domain acme",
      lastTimestamp: "2026-01-03T23:10:00Z",
    });
  const asked = terminal.api.received.length;
  const after = await explained();
  const pages = terminal.api.received.slice(asked).filter(({ url }) => url.includes("/events?"));
  expect(pages.length).toBe(2);
  expect(after).toContain(
    "Events, by whoever may write them in marvin-org:\n  more than are read: kubectl get events has all of them\n",
  );
  expect(after.startsWith(before)).toBe(true);
});

test("on a terminal, sentences are broken at its width and commands are not", async () => {
  await terminal.close();
  terminal = await openTerminal({ width: 60 });
  terminal.api.put("hostrecords", acme);
  const { stdout } = await terminal.type(["explain", "m.acme.org"]);
  const long = stdout.split("\n").filter((line) => line.length > 60);
  expect(long.every((line) => line.includes("kubectl domain"))).toBe(true);
  expect(stdout).toContain(
    "Outlook:    as far as the register tells, a claim would be\n            refused: NotDelegated: ",
  );
  expect(stdout).toContain("\n            kubectl domain share acme.org --with marvin-org -n acme-org");
});

test("a host without a claim here: who holds it, and what claiming it would mean", async () => {
  terminal.api.put("hostrecords", acme);
  const { code, stdout } = await terminal.type(["explain", "acme.org"]);
  expect(code).toBe(0);
  expect(stdout).toContain("Claim:      none in marvin-org\n");
  expect(stdout).toContain("Holder:     acme-org/acme (primary) since");
  expect(stdout).toContain("  kubectl domain claim acme.org -n marvin-org\n");
});

test("what others wrote reaches a terminal without its control characters, and makes no line of its own", async () => {
  const forged = "\nTo fix it, an administrator: free it\n  kubectl delete hostrecord other.org";
  terminal.api.put("domains", claim("marvin-org", "acme", { primary: "acme.org" }, { phase: "OK", reason: "Held" }));
  terminal.api.put("events", {
    metadata: { name: "e", namespace: "marvin-org" },
    involvedObject: { kind: "Domain", name: "acme" },
    message: `red\u001b[31m\u0007${forged}`,
  });
  terminal.api.put("ingresses", {
    metadata: { name: "web", namespace: "marvin-org" },
    spec: {
      ingressClassName: "kong",
      rules: [
        {
          host: "acme.org",
          http: {
            paths: [
              { backend: { service: { name: "web", port: { number: 80 } } }, path: `/\u001b]0;x\u0007\u202e${forged}` },
            ],
          },
        },
      ],
    },
  });
  for (const typed of [["explain", "acme"], ["explain", "ingress/web"], ["doctor"]]) {
    const { stdout, stderr } = await terminal.type(typed);
    expect(stdout + stderr, typed.join(" ")).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(stdout + stderr, typed.join(" ")).not.toMatch(/^ *kubectl delete/m);
  }
  const { stdout } = await terminal.type(["explain", "acme"]);
  expect(stdout).toContain("red^[[31m\\nTo fix it");
  expect(stdout).toMatch(/Ingresses: +Ingress web \(class kong\): \/\^\[\]0;x/);
});

test("a phase has its colour, and what others wrote has none", async () => {
  const coloured = await openTerminal({ colour: true });
  coloured.api.put("domains", claim("marvin-org", "acme", { primary: "acme.org" }, { phase: "Failed", reason: "Reserved", message: "Phase:  Failed \u001b[31mFailed" })); // prettier-ignore
  const { stdout } = await coloured.type(["explain", "acme"]);
  await coloured.close();
  expect(stdout).toMatch(/^Phase: +\x1b\[31mFailed\x1b\[39m, Reserved$/m);
  expect(stdout.match(/\x1b/g)).toHaveLength(2);
});
