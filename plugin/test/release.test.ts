import { afterEach, beforeEach, expect, test } from "vitest";

import { claim, openTerminal, record, shortSleep } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal();
});

afterEach(async () => {
  await terminal.close();
});

const finalizers = ["kolihub.io/kong"];

function holdAcme(): void {
  const acme = claim("marvin-org", "acme", { primary: "acme.org" });
  terminal.api.put("domains", { ...acme, metadata: { ...acme.metadata, finalizers } });
  terminal.api.put("hostrecords", record("acme.org", { kind: "primary", namespace: "marvin-org", name: "acme" }));
}

/** Plays the controller: takes routes and record away, then its finalizer, after `steps` that say what holds it up. */
function letGo(next: Parameters<typeof record>[1], ...steps: readonly string[]): void {
  const left = [...steps];
  terminal.api.controller = (object) => {
    if (object.metadata.deletionTimestamp === undefined) return;
    const step = left.shift();
    if (step === undefined) {
      terminal.api.put("hostrecords", record("acme.org", next));
      terminal.api.drop("domains", "marvin-org", "acme");
    } else
      terminal.api.put("domains", {
        ...object,
        status: {
          ...object.status,
          conditions: [{ type: "Programmed", status: "False", reason: "KongUnreachable", message: step }],
        },
      });
  };
}

test("release asks, says what goes down, and waits until the claim is gone", async () => {
  holdAcme();
  terminal.api.put("hostrecords", record("www.acme.org", { kind: "shared", namespace: "coyote-org", name: "w" }));
  terminal.api.put(
    "hostrecords",
    record("n.acme.org", {
      kind: "primary",
      namespace: "coyote-org",
      name: "n",
      authority: { kind: "delegation", host: "acme.org" },
    }),
  );
  terminal.api.put("ingresses", {
    metadata: { name: "web", namespace: "marvin-org" },
    spec: { rules: [{ host: "acme.org" }] },
  });
  letGo(undefined);
  expect(await terminal.type(["release", "acme.org"], "yes")).toEqual({
    code: 0,
    stdout: 'domain.platform.koli.io "acme" deleted\nacme.org is free\n',
    stderr:
      "this goes down with it:\n  n.acme.org    coyote-org/n  primary  (decided again)\n  www.acme.org  coyote-org/w  shared\n" +
      "the Ingress web no longer serves acme.org\nRelease acme.org (claim acme in marvin-org)? [y/N] \n",
  });
});

test("release marks the claim as given up, then deletes it; a mark whose deletion is refused is taken back", async () => {
  const mark = "platform.koli.io/release";
  holdAcme();
  terminal.api.deny = (verb) => verb === "delete";
  expect((await terminal.type(["release", "acme", "--yes"])).stderr).toContain("cannot delete resource");
  expect(terminal.api.get("domains", "marvin-org", "acme")?.metadata.annotations).toEqual({});
  terminal.api.deny = () => false;
  let marked: unknown;
  letGo(undefined);
  const { controller } = terminal.api;
  terminal.api.controller = (object, type) => {
    if (object.metadata.deletionTimestamp !== undefined) marked = object.metadata.annotations;
    controller(object, type);
  };
  expect((await terminal.type(["release", "acme", "--yes"])).stdout).toContain("acme.org is free\n");
  expect(marked).toEqual({ [mark]: "true" });
});

test("who waited for the host and holds it now is said", async () => {
  holdAcme();
  terminal.api.put("domains", claim("coyote-org", "c", { primary: "acme.org" }));
  letGo({ kind: "primary", namespace: "coyote-org", name: "c" });
  expect((await terminal.type(["release", "acme", "--yes"])).stdout).toContain(
    "acme.org is now held by coyote-org/c, which waited for it\n",
  );
});

test("of a holder whose claim may not be read it is not said that it waited", async () => {
  holdAcme();
  terminal.api.put("domains", claim("coyote-org", "c", { primary: "acme.org" }));
  terminal.api.deny = (_verb, _plural, namespace) => namespace === "coyote-org";
  letGo({ kind: "primary", namespace: "coyote-org", name: "c" });
  expect((await terminal.type(["release", "acme", "--yes"])).stdout).toContain(
    "acme.org is now held by coyote-org/c\n",
  );
});

test("--dry-run says what would go down, of many the first twenty and a count", async () => {
  holdAcme();
  for (let at = 0; at < 1800; at += 1)
    terminal.api.put(
      "hostrecords",
      record(`h${String(at)}.acme.org`, { kind: "shared", namespace: "coyote-org", name: `h${String(at)}` }),
    );
  terminal.api.put("ingresses", {
    metadata: { name: "web", namespace: "marvin-org" },
    spec: { rules: [{ host: "acme.org" }] },
  });
  const { code, stdout, stderr } = await terminal.type(["release", "acme", "--dry-run"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'domain.platform.koli.io "acme" deleted (dry run)\n' });
  const lines = stderr.split("\n");
  expect(lines[0]).toBe("this would go down with it:");
  expect(lines.slice(21)).toEqual(["  ... and 1,780 more", "the Ingress web would no longer serve acme.org", ""]);
  expect(terminal.api.get("domains", "marvin-org", "acme")?.metadata.deletionTimestamp).toBeUndefined();
});

test("a claim that goes after its watch has expired is noticed", async () => {
  holdAcme();
  let expired = 0;
  terminal.api.intercept = (request, response) => {
    if (request.url?.includes("watch=true") !== true) return false;
    expired += 1;
    response.end(`${JSON.stringify({ type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } })}\n`);
    if (expired === 3) terminal.api.drop("domains", "marvin-org", "acme");
    return true;
  };
  expect(await terminal.type(["release", "acme", "--yes"])).toMatchObject({ code: 0 });
  expect(expired).toBe(3);
});

test("an old condition is not repeated as what a release waits for; a controller that is away is", async () => {
  await terminal.close();
  let now = Date.parse("2026-01-04T00:00:00Z");
  terminal = await openTerminal({ now: () => (now += 2500), sleep: shortSleep });
  const acme = claim(
    "marvin-org",
    "acme",
    { primary: "acme.org" },
    {
      phase: "OK",
      reason: "Held",
      conditions: [{ type: "Programmed", status: "False", reason: "NoRoutes", message: "no Ingress" }],
    },
  );
  terminal.api.put("domains", { ...acme, metadata: { ...acme.metadata, finalizers } });
  terminal.api.put("leases", {
    metadata: { name: "domain-claims", namespace: "kong-system" },
    spec: { leaseDurationSeconds: 15, renewTime: "2026-01-03T23:00:00.000000Z" },
  });
  const { code, stderr } = await terminal.type(["release", "acme", "--yes", "--timeout=300ms"]);
  expect(code).toBe(1);
  expect(stderr).not.toContain("no Ingress");
  expect(stderr).toMatch(
    /^note: waiting for \d+s: nobody has held the controller's Lease kong-system\/domain-claims for 60m/m,
  );
  expect(stderr).toContain("acme is still there, and goes when it can: nobody has held the controller's Lease");
});

test("several claims are released in one go, and one that is not there does not keep the others back", async () => {
  for (const name of ["a", "b"])
    terminal.api.put(
      "domains",
      claim("marvin-org", name, { primary: `${name}.org` }, { phase: "Failed", reason: "PublicSuffix" }),
    );
  expect(await terminal.type(["release", "a", "x.org", "b.org", "--yes", "-o", "name"])).toEqual({
    code: 1,
    stdout: "domain.platform.koli.io/a\ndomain.platform.koli.io/b\n",
    stderr: "error: no claim in the namespace marvin-org is for x.org\n",
  });
});

test("without --yes and without a terminal nothing is deleted", async () => {
  holdAcme();
  expect((await terminal.type(["release", "acme.org"])).code).toBe(1);
  expect((await terminal.type(["release", "acme.org"], "")).stderr).toContain("error: nothing was changed\n");
  expect(terminal.api.get("domains", "marvin-org", "acme")?.metadata.deletionTimestamp).toBeUndefined();
});

test("what keeps a claim is said when it lasts", async () => {
  await terminal.close();
  let now = 0;
  terminal = await openTerminal({ now: () => (now += 2500), sleep: shortSleep });
  holdAcme();
  letGo(undefined, "Kong does not answer", "Kong still does not answer");
  const { code, stderr } = await terminal.type(["release", "acme", "--yes"]);
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /note: waiting for \d+s: KongUnreachable: Kong does not answer\nnote: waiting for \d+s: KongUnreachable: Kong still does not answer\n/,
  );
});

test("a claim that does not go in time is an error that says why; the deletion goes on", async () => {
  holdAcme();
  const { code, stdout, stderr } = await terminal.type(["release", "acme", "--yes", "--timeout=200ms"]);
  expect(code).toBe(1);
  expect(stdout).toBe('domain.platform.koli.io "acme" deleted\n');
  expect(stderr).toContain(
    "error: timed out after 0.2s: domain.platform.koli.io/acme is still there, and goes when it can: ",
  );
});

test("--wait=false does not wait, --dry-run deletes nothing", async () => {
  holdAcme();
  expect((await terminal.type(["release", "acme", "--dry-run"])).stdout).toBe(
    'domain.platform.koli.io "acme" deleted (dry run)\n',
  );
  expect((await terminal.type(["release", "acme", "--dry-run=server"])).stdout).toBe(
    'domain.platform.koli.io "acme" deleted (server dry run)\n',
  );
  expect(terminal.api.get("domains", "marvin-org", "acme")?.metadata.deletionTimestamp).toBeUndefined();
  expect((await terminal.type(["release", "acme", "--yes", "--wait=false"])).stdout).toBe(
    'domain.platform.koli.io "acme" deleted\n',
  );
});

test("exactly the claim that was looked at is deleted", async () => {
  holdAcme();
  terminal.api.intercept = (request) => {
    if (request.method === "DELETE") {
      terminal.api.drop("domains", "marvin-org", "acme");
      terminal.api.put("domains", {
        ...claim("marvin-org", "acme", { primary: "acme.org" }),
        metadata: { name: "acme", namespace: "marvin-org", uid: "new" },
      });
    }
    return false;
  };
  const { code, stderr } = await terminal.type(["release", "acme", "--yes"]);
  expect(code).toBe(1);
  expect(stderr).toContain("UID in precondition");
  expect(terminal.api.get("domains", "marvin-org", "acme")).toBeDefined();
});

test("a claim that holds nothing takes nothing down", async () => {
  terminal.api.put(
    "domains",
    claim("marvin-org", "acme", { primary: "acme.org" }, { phase: "Failed", reason: "AlreadyClaimed" }),
  );
  terminal.api.put("hostrecords", record("acme.org", { kind: "primary", namespace: "acme-org", name: "acme" }));
  terminal.api.put("hostrecords", record("www.acme.org", { kind: "shared", namespace: "acme-org", name: "w" }));
  const { code, stderr } = await terminal.type(["release", "acme.org"], "y");
  expect(code).toBe(0);
  expect(stderr).toBe("Release acme.org (claim acme in marvin-org)? [y/N] \n");
});
