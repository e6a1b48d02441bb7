/** The watches against real API servers: one that streams lists, and one that does not. */
import { join } from "node:path";
import type { Host } from "@domain-claims/crds/hostname";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startControlPlane } from "../../../e2e/support/controlplane/control-plane.ts";
import type { ControlPlane } from "../../../e2e/support/controlplane/control-plane.ts";
import { kubeApi } from "../../src/kube/api.ts";
import { kubeTransport } from "../../src/kube/transport.ts";
import type { ClusterTransport } from "../../src/kube/transport.ts";
import { translate } from "../../src/translate/translate.ts";
import { watches as table } from "../../src/watch/kinds.ts";
import { defaultPageLimits } from "../../src/kube/list.ts";
import { watched } from "./watched.ts";

const crds = join(import.meta.dirname, "../../../crds");
const namespace = "shop";
const domains = `/apis/platform.koli.io/v1/namespaces/${namespace}/domains`;
const ingresses = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`;
const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

describe.each([
  { server: "that streams lists", apiserverArgs: [], streams: true },
  { server: "that lists in pages only", apiserverArgs: ["--feature-gates=WatchList=false"], streams: false },
])("an API server $server", ({ apiserverArgs, streams }) => {
  let cluster: ControlPlane;
  let transport: ClusterTransport;
  /** How many objects were asked for with each page, and how long the longest line of a stream was. */
  let pages: number[] = [];
  let longestLine = 0;
  /** How often something was received that has what the Secrets of these tests keep. */
  let leaks = 0;
  const kept = Buffer.from("what a Secret keeps").toString("base64");
  const look = (received: string): void => void (leaks += received.includes(kept) ? 1 : 0);

  beforeAll(async () => {
    cluster = await startControlPlane({ crds, apiserverArgs });
    const direct = await kubeTransport({ kubeconfig: cluster.kubeconfig });
    transport = {
      ...direct,
      request: async (request) => {
        const limit = request.query?.["limit"];
        if (limit !== undefined) pages.push(Number(limit));
        const answer = await direct.request(request);
        look(JSON.stringify(answer.body));
        return answer;
      },
      stream: async (request) => {
        const stream = await direct.stream(request);
        return { ...stream, lines: measured(stream.lines) };
      },
    };
    await cluster.api.must("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
  });

  afterAll(async () => {
    await transport.close();
    await cluster.stop();
  });

  async function* measured(lines: AsyncIterable<string>): AsyncGenerator<string, void> {
    for await (const line of lines) {
      longestLine = Math.max(longestLine, line.length);
      look(line);
      yield line;
    }
  }
  const createClaim = (name: string): Promise<unknown> =>
    cluster.api.must("POST", domains, {
      ...{ apiVersion: "platform.koli.io/v1", kind: "Domain", metadata: { name } },
      spec: { primary: `${name}.org` },
    });

  test("shows 120 Domains, of which a page has 50, and then what happens to Namespaces and Domains", async () => {
    await Promise.all(Array.from({ length: 120 }, (_, n) => createClaim(`many-${n}`)));
    pages = [];
    const seen = await watched(transport, { pageLimits: { ...defaultPageLimits, items: 50 } });
    expect([...seen.names("Domain")].filter((name) => name.startsWith("many-"))).toHaveLength(120);
    for (const { kind, optional = false } of table) {
      expect(seen.health(kind)).toMatchObject({ synced: true, stale: false, installed: !optional, problem: undefined });
    }
    // Three of Domains, one of each of the other seven kinds that are installed.
    expect(pages).toEqual(streams ? [] : Array.from({ length: 10 }, () => 50));

    await cluster.api.must("POST", "/api/v1/namespaces", { metadata: { name: "passing" } });
    await seen.until((event) => event.type === "set" && event.kind === "Namespace" && event.object.name === "passing");
    await cluster.api.must("DELETE", "/api/v1/namespaces/passing");
    await seen.until((event) => event.type === "delete" && event.kind === "Namespace" && event.name === "passing");
    const { metadata } = (await cluster.api.must("GET", `${domains}/many-7`)) as { metadata: { uid: string } };
    await cluster.api.must("DELETE", `${domains}/many-7`);
    await seen.until((event) => event.type === "delete" && event.kind === "Domain" && event.uid === metadata.uid);
    await seen.stop();
  });

  test("shows of Secrets those that are for TLS, and nothing of what they keep", async () => {
    const path = `/api/v1/namespaces/${namespace}/secrets`;
    const make = (name: string, type: string): Promise<unknown> =>
      cluster.api.must("POST", path, { metadata: { name }, type, data: { "tls.crt": kept, "tls.key": kept } });
    await make("first", "kubernetes.io/tls");
    await make("other", "Opaque");
    const seen = await watched(transport);
    await make("second", "kubernetes.io/tls");
    await seen.until((event) => event.type === "set" && event.kind === "Secret" && event.object.name === "second");
    expect([...seen.names("Secret")].sort()).toEqual(["first", "second"]);
    await cluster.api.must("DELETE", `${path}/first`);
    await seen.until((event) => event.type === "delete" && event.kind === "Secret" && event.name === "first");
    expect(leaks).toBe(0);
    await seen.stop();
  });

  test("shows long Ingresses one by one, or as many as a page may be long: never all of them at once", async () => {
    // JSON writes each "<" as six characters.
    const path = `/${"<".repeat(40_000)}`;
    const objectBytes = 6 * path.length;
    const http = { paths: [{ path, pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }] };
    const names = Array.from({ length: 12 }, (_, n) => `long-${n}`);
    for (const name of names) {
      await cluster.api.must("POST", ingresses, {
        ...{ apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name } },
        spec: { rules: [{ host: `${name}.org`, http }] },
      });
    }
    pages = [];
    longestLine = 0;
    const seen = await watched(transport, { pageLimits: { items: 8, bytes: 3.5 * objectBytes } });
    expect(seen.names("Ingress")).toEqual(new Set(names));
    expect(longestLine).toBeLessThan(2 * objectBytes);
    if (streams) expect(pages).toEqual([]);
    else expect(pages).toEqual(expect.arrayContaining([8, 4, 2]));
    await cluster.api.must("DELETE", `${ingresses}/long-7`);
    await seen.until((event) => event.type === "delete" && event.kind === "Ingress" && event.name === "long-7");
    await seen.stop();
    await Promise.all(names.map((name) => cluster.api.call("DELETE", `${ingresses}/${name}`)));
  });

  test("shows objects that are long and change, of each kind by its own list", async () => {
    const seen = await watched(transport);
    const annotations = { much: "x".repeat(100_000) };
    const data = { "tls.crt": kept, "tls.key": kept };
    const claim = { apiVersion: "platform.koli.io/v1", kind: "Domain", spec: { primary: "large.org" } };
    for (const [path, kind, object] of [
      ["/api/v1/namespaces", "Namespace", {}],
      [domains, "Domain", claim],
      [ingresses, "Ingress", { spec: { defaultBackend: { service: { name: "web", port: { number: 80 } } } } }],
      [`/api/v1/namespaces/${namespace}/services`, "Service", { spec: { ports: [{ port: 80 }] } }],
      [`/api/v1/namespaces/${namespace}/secrets`, "Secret", { type: "kubernetes.io/tls", data }],
    ] as const) {
      await cluster.api.must("POST", path, { ...object, metadata: { name: "large", annotations } });
      await seen.until((event) => event.type === "set" && event.kind === kind && event.object.name === "large");
      await cluster.api.must("DELETE", `${path}/large`);
      await seen.until((event) => event.type === "delete" && event.kind === kind && event.name === "large");
    }
    expect(leaks).toBe(0);
    await seen.stop();
  });

  test("from which the CRD of an optional kind is removed shows that its objects went, and those of the next one", async () => {
    const definition = `${definitions}/hostrecords.platform.koli.io`;
    const { metadata, spec } = (await cluster.api.must("GET", definition)) as { metadata: object; spec: object };
    expect(metadata).toMatchObject({ name: "hostrecords.platform.koli.io" });
    const api = kubeApi(transport, translate);
    const free = { holder: undefined, redemption: undefined, transfer: undefined, grants: [], history: [] };
    const record = await api.createRecord({ host: "kept.example.org" as Host, ...free });
    const rows = table.map((row) => (row.kind === "HostRecord" ? { ...row, optional: true as const } : row));
    const seen = await watched(transport, { watches: rows, lookAgainMs: 500 });
    expect(seen.names("HostRecord")).toContain(record.name);

    await cluster.api.must("DELETE", definition);
    await seen.until((event) => event.type === "delete" && event.kind === "HostRecord" && event.uid === record.uid);
    const gone = { installed: false, synced: true, stale: false, problem: undefined };
    await expect.poll(() => seen.health("HostRecord")).toMatchObject(gone);
    const without = await watched(transport, { watches: rows, lookAgainMs: 500 });
    expect(without.health("HostRecord")).toMatchObject({ synced: true, installed: false });
    await without.stop();

    await cluster.api.must("POST", definitions, {
      ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", spec },
      metadata: { name: "hostrecords.platform.koli.io" },
    });
    const created = async (): Promise<string | undefined> =>
      (await api.createRecord({ host: "next.example.org" as Host, ...free }).catch(() => undefined))?.name;
    await expect.poll(created, { interval: 500 }).toBe("next.example.org");
    await seen.until(
      (event) => event.kind === "HostRecord" && event.type === "set" && event.object.name.startsWith("next"),
    );
    // What is listed is passed on before the list is complete.
    await expect.poll(() => seen.health("HostRecord")).toMatchObject({ synced: true, installed: true });
    await seen.stop();
  });
});
