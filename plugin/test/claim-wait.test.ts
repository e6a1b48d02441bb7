import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { silence } from "../src/claims/patience.ts";
import { answerClaims, claim, openTerminal, shortSleep } from "./support/terminal.ts";
import type { Terminal } from "./support/terminal.ts";

let terminal: Terminal;

beforeEach(async () => {
  terminal = await openTerminal();
});

afterEach(async () => {
  await terminal.close();
});

const held = (host: string): void => answerClaims(terminal.api, "OK", "Held", `${host} is held by marvin-org`);

test("after a break of any kind, a claim that is waited for is read again", async () => {
  let breaks = 0;
  terminal.api.intercept = (request, response) => {
    if (request.url?.includes("watch=true") !== true || breaks === 4) return false;
    breaks += 1;
    if (breaks === 1)
      response.end(`${JSON.stringify({ type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } })}\n`);
    else if (breaks === 2) response.socket?.destroy();
    else if (breaks === 3) response.writeHead(500).end();
    else {
      response.end();
      terminal.api.put("domains", {
        ...claim("marvin-org", "acme.org", { primary: "acme.org" }, { phase: "OK", reason: "Held" }),
      });
    }
    return true;
  };
  expect((await terminal.type(["claim", "acme.org"])).code).toBe(0);
  expect(breaks).toBe(4);
});

test("what waits for a claim believes its status, and asks for no events", async () => {
  terminal.api.put("events", {
    metadata: { name: "acme.org.1", namespace: "marvin-org" },
    involvedObject: { kind: "Domain", name: "acme.org" },
    reportingComponent: "platform.koli.io/domain-claims",
    type: "Normal",
    reason: "Held",
    message: "acme.org is held by marvin-org",
  });
  const { code } = await terminal.type(["claim", "acme.org", "--wait=live", "--timeout", "150ms"]);
  expect(code).toBe(1);
  expect(terminal.api.received.filter(({ url }) => url.includes("/events"))).toEqual([]);
});

test("a controller that is away is named when the decision does not come", async () => {
  terminal.api.put("leases", {
    metadata: { name: "domain-claims", namespace: "kong-system" },
    spec: { holderIdentity: "pod-1", leaseDurationSeconds: 15, renewTime: "2026-01-03T23:00:00.000000Z" },
  });
  const { stderr } = await terminal.type(["claim", "acme.org", "--timeout", "150ms"]);
  expect(stderr).toContain(
    "acme.org: the controller has not renewed its Lease kong-system/domain-claims for 60m: nothing is decided until it is back, and what claims say may be old\n",
  );
});

test("a decision that does not come is an error after --timeout", async () => {
  const { code, stderr } = await terminal.type(["claim", "acme.org", "--timeout", "150ms"]);
  expect(code).toBe(1);
  expect(stderr).toBe(
    "error: timed out after 0.15s waiting for the decision on domain.platform.koli.io/acme.org: is the controller of Domain Claims running? kubectl domain doctor looks\n",
  );
});

describe("what a claim is waited for", () => {
  beforeEach(async () => {
    await terminal.close();
    terminal = await openTerminal({ sleep: shortSleep });
  });

  const undecided = "the decision on domain.platform.koli.io/acme.org: is the controller of Domain Claims running?";

  test.each([[["acme.org"]], [["acme.org", "--wait=live"]], [["acme.org", "-o", "name"]], [["--from-ingresses"]]])(
    "claim %j says once on stderr when nobody decides",
    { tags: "long" },
    async (argv) => {
      terminal.api.put("ingresses", {
        metadata: { name: "web", namespace: "marvin-org" },
        spec: { ingressClassName: "kong", rules: [{ host: "acme.org" }] },
      });
      const { stdout, stderr } = await terminal.type(["claim", ...argv, "--timeout=300ms"]);
      expect(stderr.match(/^note: .*/gm)).toEqual([`note: waiting for ${undecided} kubectl domain doctor looks`]);
      expect(stdout).not.toContain("waiting");
    },
  );

  const ready = { type: "Ready", status: "False", reason: "NoService", message: "no such Service" };
  const notLive = ["claim", "acme.org", "--wait=live", "--timeout=300ms"];

  test("is said with what keeps it, where progress is not for people", async () => {
    answerClaims(terminal.api, "OK", "Held", "held", { conditions: [ready], stage: "Held" });
    expect((await terminal.type([...notLive, "-o", "name"])).stderr).toMatch(
      /^note: waiting for .*acme\.org to be live: NoService: no such Service\nerror: /,
    );
  });

  test("is not said once people have been told how far it is", async () => {
    await terminal.close();
    let told = "";
    terminal = await openTerminal({
      out: (text) => void (told += text),
      sleep: async (milliseconds, signal) => {
        do await shortSleep(milliseconds, signal);
        while (milliseconds === silence && !told.includes("Held: "));
      },
    });
    answerClaims(terminal.api, "OK", "Held", "held", { conditions: [ready], stage: "Held" });
    expect((await terminal.type(notLive)).stderr).not.toContain("note:");
    expect(told).toContain("Held: no such Service");
  });

  test("is not said of a claim that is decided meanwhile", async () => {
    const watched = Promise.withResolvers<ServerResponse>();
    let asked = false;
    terminal.api.intercept = ({ url = "" }, response) => {
      if (url.includes("watch=true")) watched.resolve(response);
      if (asked || !url.includes("/leases")) return false;
      asked = true;
      terminal.api.put("domains", claim("marvin-org", "acme.org", { primary: "acme.org" }));
      // Nobody watches any more: the wait is over when this answer comes.
      void watched.promise.then((watch) => watch.once("close", () => response.writeHead(404).end()));
      return true;
    };
    expect(await terminal.type(["claim", "acme.org"])).toMatchObject({ code: 0, stderr: "" });
    expect(asked).toBe(true);
  });
});

test("a decision for an older generation is not taken for the answer", async () => {
  terminal.api.controller = (object) => {
    if (object.kind !== "Domain" || object.status?.["phase"] === "OK") return;
    const stale = object.status === undefined;
    terminal.api.put("domains", {
      ...object,
      status: { phase: stale ? "Failed" : "OK", reason: "x", message: "m", observedGeneration: stale ? 0 : 1 },
    });
  };
  expect((await terminal.type(["claim", "acme.org"])).code).toBe(0);
});

test("where watching is denied, the claim is read until it is decided", async () => {
  terminal.api.deny = (verb) => verb === "watch";
  held("acme.org");
  expect((await terminal.type(["claim", "acme.org"])).code).toBe(0);
});

interface Stage {
  readonly stage: string;
  readonly message: string;
  /** What the condition CertificateReady says; absent: nothing. */
  readonly certificate?: "True" | "False";
}

/** The claim holds its host from the start, and is in these stages one after the other. */
function stages(...all: readonly Stage[]): void {
  let at = 0;
  terminal.api.controller = (object, type) => {
    const next = all[at];
    if (type === "DELETED" || object.kind !== "Domain" || next === undefined) return;
    at += 1;
    const live = next.stage === "Live";
    const ready = {
      type: "Ready",
      status: live ? "True" : "False",
      reason: live ? "Live" : "NoService",
      message: next.message,
    };
    const status = {
      phase: "OK",
      reason: "Held",
      message: "held",
      stage: next.stage,
      conditions: [
        ready,
        ...(next.certificate === undefined
          ? []
          : [{ type: "CertificateReady", status: next.certificate, reason: "r", message: "m" }]),
      ],
      observedGeneration: 1,
    };
    terminal.api.put("domains", { ...object, status });
  };
}

test("--wait=live waits until every route is in Kong, and says so", async () => {
  stages(
    { stage: "Held", message: "nothing yet" },
    { stage: "Routing", message: "soon" },
    { stage: "Live", message: "acme.org is live" },
  );
  const { code, stdout } = await terminal.type(["claim", "acme.org", "--wait=live"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/\n\d+s Held: nothing yet\n\d+s Routing: soon\nacme\.org is live\n$/);
});

test.each([
  ["routing", "HTTPS", "its certificate is on its way"],
  ["https", "Live", "all is there"],
  ["live", "Live", "all is there"],
])("--wait=%s ends at the stage %s", async (wait, stage, message) => {
  stages(
    { stage: "Routing", message: "soon" },
    { stage: "HTTPS", message: "its certificate is on its way", certificate: "False" },
    { stage: "Live", message: "all is there", certificate: "True" },
  );
  const { code, stdout } = await terminal.type(["claim", "acme.org", `--wait=${wait}`]);
  expect(code, stage).toBe(0);
  expect(stdout.endsWith(`\n${message}\n`), stdout).toBe(true);
});

test("--wait=https does not end for a host that is live over HTTP alone, and says what is missing", async () => {
  stages({ stage: "Live", message: "all is there" });
  const { code, stderr } = await terminal.type(["claim", "acme.org", "--wait=https", "--timeout=150ms"]);
  expect(code).toBe(1);
  expect(stderr).toContain(
    "acme.org to have HTTPS: Live: nobody asks for a certificate: name a Secret in spec.tls of an Ingress",
  );
});

test("progress is for people: with -o json there is none", async () => {
  stages({ stage: "Routing", message: "soon" }, { stage: "Live", message: "acme.org is live" });
  const { stdout } = await terminal.type(["claim", "acme.org", "--wait=live", "-o", "json"]);
  expect(JSON.parse(stdout)).toMatchObject({ status: { stage: "Live" } });
});

test("--wait and --wait=held wait for the decision alone, --wait=false for nothing", async () => {
  for (const wait of ["--wait", "--wait=held", "--wait=true", "--wait=false"]) {
    terminal.api.drop("domains", "marvin-org", "acme.org");
    stages({ stage: "Held", message: "nothing yet" });
    expect((await terminal.type(["claim", "acme.org", wait])).code, wait).toBe(0);
  }
  expect(await terminal.type(["claim", "acme.org", "--wait=soon"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(
      'invalid wait value (soon): must be "held", "routing", "https", "live", or "false"',
    ),
  });
});

test("what keeps a claim from being live is said when it takes too long", async () => {
  stages({ stage: "Routing", message: "acme.org/shop is not served" });
  const { code, stderr } = await terminal.type(["claim", "acme.org", "--wait=live", "--timeout=150ms"]);
  expect(code).toBe(1);
  expect(stderr).toBe(
    "error: timed out after 0.15s waiting for domain.platform.koli.io/acme.org to be live: NoService: acme.org/shop is not served\n",
  );
});

test("a claim that is refused ends --wait=live at once", async () => {
  answerClaims(terminal.api, "Failed", "PublicSuffix", "a public suffix");
  expect(await terminal.type(["claim", "acme.org", "--wait=live"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("acme.org was refused: PublicSuffix"),
  });
});
