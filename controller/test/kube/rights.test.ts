import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Host, Hostname } from "@domain-claims/crds/host";
import { loadAll } from "js-yaml";
import { expect, test } from "vitest";
import { kubeApi } from "../../src/kube/api.ts";
import type { KubeApi } from "../../src/kube/api.ts";
import type { KubeRequest, KubeTransport } from "../../src/kube/calls.ts";
import { eventRecorder } from "../../src/kube/events.ts";
import { leaseClient } from "../../src/leader/lease-object.ts";
import { translate } from "../../src/translate/translate.ts";
import { watches } from "../../src/watch/kinds.ts";
import { noGroup } from "../../src/world/certificate-group.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { fakeLog } from "./fake-log.ts";

const files = join(import.meta.dirname, "../../../charts/domain-claims/files");

interface Role {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly rules: readonly Readonly<Record<"apiGroups" | "resources" | "verbs", readonly string[]>>[];
}

/** What a role in the chart allows, as `verb group/resource`. */
function allowed(file: string, kind: string, name: string): readonly string[] {
  const objects = loadAll(readFileSync(join(files, file), "utf8")) as readonly Role[];
  const role = objects.find((object) => object.kind === kind && object.metadata.name === name);
  const rights = role?.rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`))),
  );
  return [...new Set(rights)].sort();
}

/** The right that a call needs. */
function needed({ method, path }: Pick<KubeRequest, "method" | "path">): string {
  const [, group = "", rest = ""] = /^\/(?:api|apis\/([^/]+))\/[^/]+\/(?:namespaces\/[^/]+\/)?(.*)$/.exec(path) ?? [];
  // Of a namespace itself, the expression took the name for that of what is in it.
  const [resource = "", name, sub] = (rest === "" ? path.slice("/api/v1/".length) : rest).split("/");
  const verbs = {
    GET: name === undefined ? "list" : "get",
    POST: "create",
    PUT: "update",
    PATCH: "patch",
    DELETE: "delete",
  };
  return `${verbs[method]} ${group}/${resource}${sub === undefined ? "" : `/${sub}`}`;
}

/** A transport that notes what is asked and answers with an object of nothing. */
function noting(): { readonly transport: KubeTransport; readonly rights: () => readonly string[] } {
  const requests: KubeRequest[] = [];
  const transport: KubeTransport = {
    request: async (request) => {
      requests.push(request);
      return { status: 200, headers: {}, body: { metadata: { resourceVersion: "1" }, items: [] } };
    },
    stream: () => Promise.reject(new Error("nothing is watched here")),
    close: async () => undefined,
  };
  return { transport, rights: () => [...new Set(requests.map(needed))].sort() };
}

/** The calls that a role is for; those that are in none are of the role that every controller has. */
const callsOf = {
  "rbac-orders": [
    ...(["createDomainCertificate", "updateDomainCertificate", "deleteDomainCertificate", "deleteSecret"] as const),
    ...(["createCertificate", "findCertificate", "orderCertificate", "deleteCertificate", "orderState"] as const),
  ],
  "rbac-approvals": ["getCertificateRequest", "answerCertificateRequest"],
} as const satisfies Readonly<Record<string, readonly (keyof KubeApi)[]>>;

const purposeOf = {
  ...{ orders: "rbac-orders", clusterIssuers: "rbac-orders", issuers: "rbac-orders" },
  approvals: "rbac-approvals",
} as const;

test.each([
  ["rbac", "domain-claims", []],
  ["rbac-orders", "domain-claims-orders", []],
  // Asked by cert-manager's webhook, and not by the API server.
  ["rbac-approvals", "domain-claims-approvals", ["approve cert-manager.io/signers"]],
] as const)(
  "the rights in %s.yaml are those of the calls that need them: none is missing, none is left over",
  async (file, role, others) => {
    const { transport, rights } = noting();
    const version = { namespace: "shop", name: "acme", uid: "u1", resourceVersion: "1" };
    const record = {
      host: "acme.org" as Host,
      holder: undefined,
      redemption: undefined,
      transfer: undefined,
      grants: [],
      history: [],
    };
    const status = {
      phase: "OK",
      reason: "Held",
      message: "",
      lastUpdateTime: "",
      observedGeneration: 1,
      conditions: [],
    };
    const report = {
      ...{ wanted: 0, issued: 0, failing: 0, left: 0, notAfter: undefined, nextOrderAt: undefined },
      ...{ waiting: [], moreWaiting: 0 },
    };
    const group = { namespace: "shop", name: "acme.org" as Hostname, group: noGroup, report };
    const order = {
      ...{ namespace: "shop", name: "acme.org-1", names: [], owner: { name: "acme.org", uid: "u2" } },
      issuer: { kind: "ClusterIssuer", name: "letsencrypt" } as const,
    };
    const api = kubeApi(transport, translate);
    const calls: { readonly [Name in keyof KubeApi]: () => Promise<unknown> } = {
      getClaim: () => api.getClaim("shop", "acme"),
      namespaceUid: () => api.namespaceUid("shop"),
      addFinalizer: () => api.addFinalizer({ ...version, finalizers: { count: 0, ours: undefined } }),
      removeFinalizer: () => api.removeFinalizer({ ...version, finalizers: { count: 1, ours: 0 } }),
      applyClaimStatus: () => api.applyClaimStatus(version, { ...status, host: undefined } as never),
      applySourceStatus: () => api.applySourceStatus({ ...version, kind: "Ingress" }, []),
      getRecord: () => api.getRecord("acme.org"),
      createRecord: () => api.createRecord(record),
      updateRecord: () => api.updateRecord({ ...version, name: "acme.org" }, record),
      deleteRecord: () => api.deleteRecord({ ...version, name: "acme.org" }),
      getSecret: () => api.getSecret({ namespace: "shop", name: "web-tls" }),
      createDomainCertificate: () => api.createDomainCertificate(group),
      updateDomainCertificate: () => api.updateDomainCertificate(version, group),
      deleteDomainCertificate: () => api.deleteDomainCertificate({ ...version, ...group, deleting: false }),
      createCertificate: () => api.createCertificate(order),
      findCertificate: () => api.findCertificate(version),
      orderCertificate: () => api.orderCertificate(version, order),
      deleteCertificate: () => api.deleteCertificate(version),
      deleteSecret: () => api.deleteSecret(version),
      orderState: () => api.orderState({ ...version, issuer: order.issuer, names: [] }),
      getCertificateRequest: () => api.getCertificateRequest(version),
      answerCertificateRequest: () =>
        api.answerCertificateRequest(version, { kind: "Denied", reason: "HostNotHeld", message: "", at: 0 }),
    };
    const roleOf = (call: string): string =>
      Object.entries(callsOf).find(([, names]) => (names as readonly string[]).includes(call))?.[0] ?? "rbac";
    // What is answered is no claim and no record; only what was asked counts here.
    await Promise.allSettled(Object.entries(calls).flatMap(([name, call]) => (roleOf(name) === file ? [call()] : [])));
    if (file === "rbac") {
      await eventsTwice(transport);
      // Also where nothing is ordered any more: its namespace would hang.
      await Promise.allSettled([api.deleteDomainCertificate({ ...version, ...group, deleting: true })]);
    }
    const watched = watches.flatMap(({ only, path }) => {
      if ((only === undefined ? "rbac" : purposeOf[only]) !== file) return [];
      const list = needed({ method: "GET", path });
      return [list, list.replace("list", "watch")];
    });
    expect(allowed(`${file}.yaml`, "ClusterRole", role)).toEqual(
      [...new Set([...rights(), ...watched, ...others])].sort(),
    );
  },
);

test("X2: events are written and never read, so whoever makes thousands of them keeps nobody busy", () => {
  const roles = ["rbac", "rbac-orders", "rbac-approvals"].map((file) => [file, file.replace("rbac", "domain-claims")]);
  const ofEvents = roles
    .flatMap(([file = "", role = ""]) => allowed(`${file}.yaml`, "ClusterRole", role))
    .filter((right) => right.endsWith("/events"));
  expect(ofEvents).toEqual(["create events.k8s.io/events", "patch events.k8s.io/events"]);
});

test("the rights on the Lease are those of the leader election's calls", async () => {
  const { transport, rights } = noting();
  const lease = leaseClient(transport, "kong-system", "domain-claims", 1_000);
  await lease.read();
  await lease.write(undefined, {});
  await lease.write({ metadata: {} }, {});
  expect(allowed("rbac.yaml", "Role", "domain-claims-leader")).toEqual(rights());
});

/** An event that is written, and counted up when it happens again. */
async function eventsTwice(transport: KubeTransport): Promise<void> {
  const clock = new FakeClock();
  const common = { controllerName: "platform.koli.io/kong", instance: "pod-1", random: () => 0.5 };
  const recorder = eventRecorder({ ...common, transport, clock, log: fakeLog() });
  const regarding = { apiVersion: "platform.koli.io/v1", kind: "Domain", namespace: "shop", name: "acme", uid: "u1" };
  for (let times = 0; times < 2; times += 1) {
    recorder.record({ regarding, type: "Warning", reason: "AlreadyClaimed", action: "Decide", note: "held" });
    await clock.pass(60_000);
  }
}
