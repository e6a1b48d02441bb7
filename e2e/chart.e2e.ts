import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load, loadAll } from "js-yaml";
import { beforeAll, describe, expect, test } from "vitest";
import { startControlPlane } from "./support/controlplane/control-plane.ts";
import type { ControlPlane } from "./support/controlplane/control-plane.ts";
import { docBlock } from "./support/doc-blocks.ts";
import { helmIn } from "./support/helm/helm.ts";
import type { Helm } from "./support/helm/helm.ts";
import { manifestsIn, ofKind, podsOf } from "./support/helm/manifests.ts";
import type { Manifest, PodSpec } from "./support/helm/manifests.ts";
import { prometheusKinds } from "./support/helm/prometheus-kinds.ts";
import { everything, image, nothing } from "./support/helm/sample-values.ts";
import { runKubectl } from "./support/world/kubectl.ts";
import type { Output } from "./support/world/kubectl.ts";
import { PROJECT } from "./support/world/project.ts";
import { documents } from "./support/documents.ts";

const chart = join(PROJECT, "charts/domain-claims");
const home = mkdtempSync(join(tmpdir(), "domain-claims-helm-"));

let cluster: ControlPlane;
let helm: Helm;

beforeAll(async () => {
  cluster = await startControlPlane();
  helm = await helmIn(home, cluster.kubeconfig);
  await kubectl(["create", "namespace", "platform"]);
  // Enforced on pods, and told as a warning of what makes pods.
  const modes = ["enforce", "warn"].map((mode) => `pod-security.kubernetes.io/${mode}=restricted`);
  await kubectl(["label", "namespace", "platform", ...modes]);
  for (const file of await prometheusKinds()) await kubectl(["create", "--filename", file]);
  await kubectl(["wait", "--for=condition=Established", "crd", "--all", "--timeout=150s"]);
  return async () => {
    await cluster.stop();
    rmSync(home, { recursive: true, force: true });
  };
});

async function kubectl(args: readonly string[], input?: string): Promise<Output> {
  const output = await runKubectl(cluster.kubectl, args, { kubeconfig: cluster.kubeconfig, input });
  expect(output.code, output.stderr).toBe(0);
  return output;
}

/** What the release `edge` in the namespace `platform` is made of, with these values. */
async function rendered(values: object): Promise<readonly Manifest[]> {
  const { stdout } = await helm("template", "edge", chart, "--namespace", "platform", "--values", valuesFile(values));
  return manifestsIn(stdout);
}

function valuesFile(values: object): string {
  const file = join(home, "values.json");
  writeFileSync(file, JSON.stringify({ image, ...values }));
  return file;
}

test("the chart has nothing that helm lint minds", async () => {
  await helm("lint", "--strict", chart);
});

test("replicas are spread over nodes by no label that a node may lack: the scheduler would spread them by none", async () => {
  const { topologySpreadConstraints } = podsOf(await rendered({}));
  expect(topologySpreadConstraints.map(({ topologyKey }) => topologyKey)).toEqual(["kubernetes.io/hostname"]);
});

test("other zones are preferred beside an affinity of one's own, unless that says how pods keep apart", async () => {
  const nodeAffinity = { preferredDuringSchedulingIgnoredDuringExecution: [] };
  const preferred = podsOf(await rendered({})).affinity;
  expect(JSON.stringify(preferred)).toContain("topology.kubernetes.io/zone");
  expect(podsOf(await rendered({ affinity: null })).affinity).toEqual(preferred);
  expect(podsOf(await rendered({ affinity: { nodeAffinity } })).affinity).toEqual({ nodeAffinity, ...preferred });
  const podAntiAffinity = { requiredDuringSchedulingIgnoredDuringExecution: [] };
  expect(podsOf(await rendered({ affinity: { podAntiAffinity } })).affinity).toEqual({ podAntiAffinity });
  expect(podsOf(await rendered({ affinity: { podAntiAffinity: {} } })).affinity).toEqual({ podAntiAffinity: {} });
});

test("every pod has the labels and annotations that a release gives its pods", async () => {
  const own = { podLabels: { mesh: "outside" }, podAnnotations: { "sidecar.example/inject": "false" } };
  const kinds = ["Deployment", "Job", "Pod"];
  const pods = (await rendered(own)).filter(({ kind }) => kinds.includes(kind));
  expect(pods.map(({ kind }) => kind).sort()).toEqual(kinds);
  for (const pod of pods) {
    const spec = pod["spec"] as { readonly template?: Pick<Manifest, "metadata"> };
    expect(spec.template ?? pod).toMatchObject({
      metadata: { labels: own.podLabels, annotations: own.podAnnotations },
    });
  }
});

describe("the API server accepts every object that is rendered", () => {
  test.each<[string, object]>([
    ["the least", {}],
    ["everything", everything],
    ["as little as can be", nothing],
    ["a CA from a Secret", { kong: { ca: { secret: "authorities", key: "ca.pem" } } }],
    ["one replica without leader election", { replicas: 1, settings: { "leader-election": false } }],
    ["another port", { settings: { "health-address": ":9090" }, networkPolicy: { create: true } }],
    ["another account", { serviceAccount: { create: false, name: "edge" } }],
    ["another name", { fullnameOverride: "claims", rbac: { tenants: false } }],
    ["kinds that go with the release", { crds: { keep: false } }],
    ["no hook", { uninstall: { hook: false } }],
    ["spread in another way", { topologySpreadConstraints: [], podDisruptionBudget: { maxUnavailable: "50%" } }],
    ["the first page of docs/install.md", load(docBlock("install.md", "yaml", "publish-service")) as object],
    ["proof by the gateway, as docs/install.md has it", load(docBlock("install.md", "yaml", "proxy-url")) as object],
    ["TLS, as docs/install.md has it", load(docBlock("install.md", "yaml", "kong-admin-client")) as object],
    ["metrics, as docs/install.md has them", load(docBlock("install.md", "yaml", "serviceMonitor")) as object],
    ["a class of its own, as docs/install.md has it", load(docBlock("install.md", "yaml", "claimed")) as object],
  ])("with %s", async (_, values) => {
    const objects = await rendered(values);
    const apply = ["create", "--dry-run=server", "--validate=strict", "--filename", "-"];
    const { stdout, stderr } = await kubectl(apply, documents(objects));
    expect(stdout.trim().split("\n")).toHaveLength(objects.length);
    // Where pods would not fit the Pod Security Standard of the namespace, the API server warns.
    expect(stderr).toBe("");
  });
});

describe("the settings", () => {
  const { settings } = load(readFileSync(join(chart, "values.yaml"), "utf8")) as {
    readonly settings: Readonly<Record<string, unknown>>;
  };
  const { properties } = (
    JSON.parse(readFileSync(join(chart, "values.schema.json"), "utf8")) as {
      readonly properties: {
        readonly settings: { readonly properties: Readonly<Record<string, { type?: unknown; enum?: unknown[] }>> };
      };
    }
  ).properties.settings;

  /** A value that the setting takes. */
  const sampleOf = (name: string): unknown => {
    const [word] = properties[name]?.enum ?? [];
    if (word !== undefined) return word;
    const types = [properties[name]?.type].flat();
    if (types.includes("integer")) return 12_345_678;
    if (types.includes("boolean")) return false;
    return types.includes("array") ? ["a", "b"] : `${name}:8080`;
  };

  test("each value becomes the argument of its name", async () => {
    const values = Object.fromEntries(Object.keys(settings).map((name) => [name, sampleOf(name)]));
    const [{ args }] = podsOf(
      await rendered({ replicas: 1, settings: values, extraArgs: ["--kong-tag=last"] }),
    ).containers;
    const expected = Object.entries(values).flatMap(([name, value]) =>
      [value].flat().map((one) => `--${name}=${String(one)}`),
    );
    expect([...args].sort()).toEqual([...expected, "--kong-tag=last"].sort());
    expect(args.at(-1)).toBe("--kong-tag=last");
  });

  test("where nothing is said, arguments say what the chart itself has to know", async () => {
    const [{ args }] = podsOf(await rendered({})).containers;
    expect(args).toEqual([
      "--health-address=0.0.0.0:8080",
      "--ingress-class=kong",
      "--ingress-controller-name=platform.koli.io/kong",
      "--lease-name=edge-domain-claims",
    ]);
  });

  test.each<[object, string]>([
    [{ settings: { "kong-tags": "a" } }, "kong-tags"],
    [{ settings: { "path-bytes": "many" } }, "path-bytes"],
    [{ settings: { "log-level": "warning" } }, "log-level"],
    [{ replica: 3 }, "replica"],
    [{ image: { repository: "" } }, "no image of the controller is published yet"],
    [{ settings: { "leader-election": false } }, "two controllers would write at once"],
    [{ settings: { "health-address": "127.0.0.1:8080" } }, "has to be one that the kubelet reaches"],
    [{ settings: { "health-address": "0.0.0.0:0" } }, "with a port that is known"],
    [{ serviceAccount: { create: false } }, "would have the controller's rights"],
    [{ metrics: { service: { create: false }, serviceMonitor: { create: true } } }, "needs metrics.service.create"],
    [{ uninstall: { deleteClaims: true, hook: false } }, "uninstall.deleteClaims needs uninstall.hook"],
  ])("%j is refused, and said why", async (values, sentence) => {
    await expect(rendered(values)).rejects.toThrow(sentence);
  });
});

describe("the notes after an installation", () => {
  const whole = {
    kong: { adminUrl: "https://kong:8444" },
    settings: { "publish-service": "kong/proxy" },
  };

  test.each<[object, readonly string[]]>([
    [whole, []],
    [{ ...whole, kong: {} }, ["kong.adminUrl is not set"]],
    [{ ...whole, replicas: 1 }, ["there is one replica"]],
    [{ ...whole, crds: { install: false } }, ["crds.install is false"]],
    [
      { ...whole, crds: { keep: false } },
      ["crds.keep is false. helm uninstall deletes every claim with the kinds: read"],
    ],
    [{ ...whole, crds: { keep: false }, uninstall: { hook: false } }, ["waits for what nobody finishes then"]],
    [{ ...whole, kong: { adminUrl: "http://kong:8001" } }, ["asked by plain HTTP"]],
    [{ ...whole, settings: {} }, ["no address is published"]],
    [{ ...whole, rbac: { tenants: false } }, ["Nobody but cluster administrators may claim"]],
    [
      { ...whole, settings: { ...whole.settings, "kong-admin-tls-skip-verify": true } },
      ["Kong's certificate is not checked"],
    ],
    [
      { ...whole, settings: { ...whole.settings, "issuer-name": "letsencrypt" } },
      ["settings.approve-requests closes that door"],
    ],
    [
      { ...whole, settings: { ...whole.settings, "issuer-name": "letsencrypt", "approve-requests": true } },
      ["cert-manager must not approve what is asked of letsencrypt"],
    ],
  ])("with %j warn of %j", async (values, warnings) => {
    const { stdout } = await helm("install", "edge", chart, "--dry-run=client", "--values", valuesFile(values));
    const notes = stdout.slice(stdout.indexOf("\nNOTES:"));
    expect(notes).toContain("kubectl rollout status deployment/edge-domain-claims");
    // Indented, a shell would not see where it ends.
    expect(notes).toMatch(/^END$/m);
    expect(notes.match(/WARNING: .*/g) ?? []).toEqual(
      warnings.map((warning) => expect.stringContaining(warning) as unknown),
    );
  });
});

test("the NetworkPolicy lets the controller reach the API server, what the addresses of Kong name, and the ports of its pods", async () => {
  const settings = { "proxy-url": "http://kong-0.kong, https://kong-1.kong,http://kong-2.kong:8000" };
  const values = { kong: { adminUrl: "http://kong-admin:8001" }, settings, networkPolicy: { create: true } };
  const [policy] = ofKind("NetworkPolicy", await rendered(values));
  const { egress } = policy?.["spec"] as {
    readonly egress: readonly [{ readonly ports: readonly { port: number }[] }];
  };
  expect(egress[0].ports.map(({ port }) => port)).toEqual([53, 53, 443, 6443, 8001, 80, 443, 8000, 8443]);
});

describe("files from Secrets", () => {
  test("are where the arguments say", async () => {
    const { containers, volumes = [] } = podsOf(await rendered(everything));
    const [{ args, volumeMounts = [] }] = containers;
    const files = args.flatMap((arg) => /^--kong-admin-(?:token|ca|client-\w+)-file=(.*)$/.exec(arg)?.[1] ?? []);
    expect(files).toHaveLength(4);
    for (const file of files) {
      const mount = volumeMounts.find(({ mountPath }) => file.startsWith(`${mountPath}/`));
      const volume = volumes.find(({ name }) => name === mount?.name);
      const items = (volume?.secret ?? volume?.configMap)?.items ?? [{ path: "tls.crt" }, { path: "tls.key" }];
      expect(items.map(({ path }) => `${mount?.mountPath}/${path}`)).toContain(file);
    }
  });
});

describe("one truth", () => {
  test("the kinds are those in crds/, kept on uninstall unless told otherwise", async () => {
    const files = readdirSync(join(PROJECT, "crds")).filter((name) => name.endsWith(".yaml"));
    const kinds = files.map((name) => load(readFileSync(join(PROJECT, "crds", name), "utf8")) as Manifest);
    for (const keep of [true, false]) {
      const shipped = ofKind("CustomResourceDefinition", await rendered({ crds: { keep } }));
      expect(shipped.map(({ metadata }) => metadata.annotations?.["helm.sh/resource-policy"])).toEqual(
        kinds.map(() => (keep ? "keep" : undefined)),
      );
      const bare = shipped.map((kind) => ({ ...kind, metadata: { name: kind.metadata.name } }));
      expect(bare).toEqual(kinds);
    }
  });

  test.each([
    ["without an issuer those that every controller needs, and no more", {}, ["rbac"]],
    ["with an issuer those to order, too", { "issuer-name": "letsencrypt" }, ["rbac", "rbac-orders"]],
    [
      "where requests are approved those to approve for that issuer, too",
      { "issuer-name": "letsencrypt", "approve-requests": true },
      ["rbac", "rbac-orders", "rbac-approvals"],
    ],
  ])("the rights are those in files/, under the release's names: %s", async (_, settings, files) => {
    const written = files.flatMap(
      (file) => loadAll(readFileSync(join(chart, `files/${file}.yaml`), "utf8")) as readonly Manifest[],
    );
    const objects = await rendered({ settings });
    expect(ofKind("ClusterRole", objects)).toHaveLength(written.filter(({ kind }) => kind === "ClusterRole").length);
    for (const { kind, metadata, rules } of written) {
      const name = metadata.name.replace("domain-claims", "edge-domain-claims");
      const ours = ofKind(kind, objects).find((object) => object.metadata.name === name);
      expect(ours?.metadata.namespace).toBe(metadata.namespace === undefined ? undefined : "platform");
      expect(ours?.metadata.labels).toMatchObject(metadata.labels ?? {});
      const renamed = JSON.stringify(rules ?? null).replace(
        '"resourceNames":["domain-claims"]',
        '"resourceNames":["edge-domain-claims"]',
      );
      expect(ours?.["rules"] ?? null).toEqual(JSON.parse(renamed));
    }
    expect(ofKind("ClusterRoleBinding", objects)).toHaveLength(
      written.filter(({ kind }) => kind === "ClusterRoleBinding").length,
    );
    const bindings = [...ofKind("ClusterRoleBinding", objects), ...ofKind("RoleBinding", objects)];
    const roles = [...ofKind("ClusterRole", objects), ...ofKind("Role", objects)].map(({ metadata }) => metadata.name);
    const [account] = ofKind("ServiceAccount", objects);
    for (const { roleRef, subjects } of bindings as unknown as readonly Binding[]) {
      expect(roles).toContain(roleRef.name);
      for (const { kind, name, namespace } of subjects)
        if (kind === "ServiceAccount")
          expect({ name, namespace }).toEqual({ name: account?.metadata.name, namespace: "platform" });
    }
  });
});

test.each([
  ["claims that are being deleted are waited for", {}, "wait"],
  ["every claim is deleted where that is asked for", { uninstall: { deleteClaims: true } }, "delete"],
  ["every claim is deleted where its kind does not stay", { crds: { keep: false } }, "delete"],
  ["claims stay where the kinds are not the release's", { crds: { install: false, keep: false } }, "wait"],
])("before the controller is uninstalled, %s, with no other right", async (_, values, what) => {
  const hooks = (await rendered(values)).filter(
    ({ metadata }) => metadata.annotations?.["helm.sh/hook"] === "pre-delete",
  );
  const [job] = ofKind("Job", hooks);
  const { spec } = (job?.["spec"] as { readonly template: { readonly spec: PodSpec } }).template;
  expect(spec.containers[0].args).toEqual([`--before-uninstall=${what}`, "--before-uninstall-timeout=240s"]);
  expect(spec.serviceAccountName).toBe("edge-domain-claims");
  expect(ofKind("ClusterRole", hooks).map(({ rules }) => rules)).toEqual(
    what === "wait"
      ? []
      : [[{ apiGroups: ["platform.koli.io"], resources: ["domains", "domaincertificates"], verbs: ["delete"] }]],
  );
  expect(hooks.map(({ kind }) => kind).sort()).toEqual(
    what === "wait" ? ["Job"] : ["ClusterRole", "ClusterRoleBinding", "Job"],
  );
});

test("the right to approve is for Issuers of every namespace where such sign", async () => {
  const settings = { "issuer-name": "own", "issuer-kind": "Issuer", "approve-requests": true };
  const roles = JSON.stringify(ofKind("ClusterRole", await rendered({ settings })));
  expect(roles).toContain('"resourceNames":["issuers.cert-manager.io/*"]');
  expect(roles).not.toContain("clusterissuers.cert-manager.io/");
});

interface Binding {
  readonly roleRef: { readonly name: string };
  readonly subjects: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}
