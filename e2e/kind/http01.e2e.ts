import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../stories/support/eventually.ts";
import { certifiedNames } from "../stories/support/handshake.ts";
import { domain, ingress, primary } from "../stories/support/objects.ts";
import { startStory } from "../stories/support/story.ts";
import type { Story } from "../stories/support/story.ts";
import type { Team } from "../stories/support/team.ts";
import { startCertManager } from "../support/cert-manager/cert-manager.ts";
import type { CertManager } from "../support/cert-manager/cert-manager.ts";
import { ISSUERS } from "../support/cert-manager/issuers.ts";
import { certManagerPrograms } from "../support/cert-manager/programs.ts";
import { listOf, paths } from "../support/world/objects.ts";
import { releaseIn } from "./release.ts";
import type { Release } from "./release.ts";
import { admin, deploySite } from "./support.ts";

// HTTP-01 where cert-manager's solver is a pod: it is made for a challenge, with a Service and an Ingress before it, and goes with it.

const folder = mkdtempSync(join(tmpdir(), "domain-claims-http01-"));
const namespace = "http01-org";
let story: Story;
let release: Release;
let certManager: CertManager;
let acme: Team;

beforeAll(async () => {
  story = await startStory();
  const { crds } = await certManagerPrograms();
  await admin(story, ["apply", "--server-side", `--filename=${crds}`]);
  await admin(story, ["wait", "--for=condition=Established", `--filename=${crds}`, "--timeout=60s"]);
  release = await releaseIn(folder, story.cluster.kubeconfig);
  await release.upgrade(`settings.issuer-name=${ISSUERS.http01}`);
  certManager = await startCertManager(story, { proxyUrl: story.proxyUrl, runsPods: true });
  for (const host of ["solved.example", "moved.example"]) await certManager.dns.serve(host, [`${host}. A 127.0.0.1`]);
  acme = await story.team(namespace);
  await deploySite(story, namespace, "web", { targetPort: "web" });
  // From now on: what cert-manager makes is held to what a tenant's pods often are.
  await admin(story, ["label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted"]);
});

afterAll(async () => {
  await story.stop();
  // As the next suite expects it.
  await release.helm("rollback", "--wait", "--timeout=180s");
  rmSync(folder, { recursive: true, force: true });
});

/** What cert-manager has made for challenges: the phases of pods, and of Ingresses the addresses that the controller gave them. */
interface Solver {
  readonly status: {
    readonly phase?: string;
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip: string }[] };
  };
}

async function solvers(collection: string): Promise<readonly Solver[]> {
  return listOf<Solver>(story.cluster.api, `${collection}?labelSelector=acme.cert-manager.io/http01-solver`);
}

test("T3: a pod of cert-manager's answers through the gateway, and what is issued is shown before the site's own pods", async () => {
  await acme.apply(primary("solved.example"), ingress("web", ["solved.example"]));
  const seen = new Set<unknown>();
  await eventually(async () => {
    for (const { status } of await solvers(`/api/v1/namespaces/${namespace}/pods`)) seen.add(status.phase);
    for (const { status } of await solvers(paths.ingresses(namespace)))
      for (const { ip } of status.loadBalancer?.ingress ?? []) seen.add(ip);
    expect(await certifiedNames(story, "solved.example")).toBe("DNS:solved.example");
  }, 120_000);
  expect([...seen]).toEqual(expect.arrayContaining(["Running", "127.0.0.1"]));
  await eventually(async () => {
    const { status, body } = await story.request({ host: "solved.example", tls: true, root: certManager.roots.acme });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ namespace, service: "web" });
  });
});

test("N1: so it does for a host that its claim redirects, which has no Ingress of its own", async () => {
  await acme.apply(domain("moved.example", { primary: "moved.example", redirect: { host: "solved.example" } }));
  await eventually(async () => expect(await certifiedNames(story, "moved.example")).toBe("DNS:moved.example"), 120_000);
});

test("nothing of a challenge is left when it is over", async () => {
  await eventually(async () => {
    for (const kind of ["pods", "services"])
      expect(await solvers(`/api/v1/namespaces/${namespace}/${kind}`)).toEqual([]);
    expect(await solvers(paths.ingresses(namespace))).toEqual([]);
  });
  await story.serves("solved.example/.well-known/acme-challenge/over", `${namespace}/web`);
});
