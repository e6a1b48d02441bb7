import type { DomainStatus } from "@domain-claims/crds/generated/domain";
import { expect } from "vitest";
import type { Backend } from "../../support/world/backend.ts";
import type { Output } from "../../support/world/kubectl.ts";
import { listOf, paths } from "../../support/world/objects.ts";
import type { StoredDomain } from "../../support/world/objects.ts";
import type { Tenant, World } from "../../support/world/start-world.ts";
import { eventually } from "./eventually.ts";
import { claimName } from "./objects.ts";
import type { Manifest } from "./objects.ts";
import { patient } from "./patient.ts";
import { documents } from "../../support/documents.ts";

/** The status of a claim that was decided. */
export type Decided = DomainStatus & Required<Pick<DomainStatus, "phase" | "reason" | "message" | "lastUpdateTime">>;

/** An event as `kubectl get events` shows it. */
export interface Said {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
}

/** A team on the cluster: a user with a tenant's rights in one namespace. What it does goes through kubectl. */
export interface Team extends Tenant {
  /** `kubectl apply`; throws kubectl's words where it is refused. */
  readonly apply: (...objects: readonly Manifest[]) => Promise<void>;
  /** What kubectl says when it refuses the object; throws where it does not. */
  readonly refused: (object: Manifest) => Promise<string>;
  /** `kubectl ...`; throws kubectl's words where it fails, and returns what it printed otherwise. */
  readonly must: (...args: readonly string[]) => Promise<string>;
  /** `kubectl domain ...`, whatever comes of it; it waits as long as a test does ({@link patient}). */
  readonly domain: (...args: readonly string[]) => Promise<Output>;
  /** `kubectl patch --type=merge`; throws kubectl's words where it is refused. */
  readonly patch: (kind: string, name: string, change: object) => Promise<void>;
  /** `kubectl delete` without waiting for the end. */
  readonly remove: (kind: string, ...names: readonly string[]) => Promise<void>;
  /** The claim of the host (see `claimName`), or undefined. */
  readonly claim: (host: string) => Promise<StoredDomain | undefined>;
  /** Waits until the status of the host's claim has all of this, and returns it. */
  readonly decided: (host: string, status: object) => Promise<Decided>;
  /** Waits until the claim's condition has all of this. */
  readonly condition: (host: string, type: string, condition: object) => Promise<void>;
  /** Waits until claims that are made from now on are younger, by their whole seconds, than the host's claim. */
  readonly nextSecond: (host: string) => Promise<void>;
  /** Waits until the host's claim is gone. */
  readonly gone: (host: string) => Promise<void>;
  /** The addresses in an Ingress's status. */
  readonly addresses: (ingress: string) => Promise<unknown>;
  /** The events on an object. */
  readonly events: (kind: "Domain" | "Ingress", name: string) => Promise<readonly Said[]>;
  /** Waits for an event on an object that has all of this. */
  readonly told: (kind: "Domain" | "Ingress", name: string, event: object) => Promise<void>;
  /** A Service with the port `http`, and something that answers behind it: `web` unless named. */
  readonly site: (service?: string) => Promise<Backend>;
}

/** Makes a namespace and a user of the same name, who may work there. */
export async function newTeam(world: World, namespace: string, user = namespace): Promise<Team> {
  const tenant = await world.tenant(user, namespace);
  const succeed = async (args: readonly string[], input?: string): Promise<string> => {
    const { code, stdout, stderr } = await tenant.kubectl(args, input === undefined ? {} : { input });
    if (code !== 0) throw new Error(stderr);
    return stdout;
  };
  const claim: Team["claim"] = async (host) =>
    (await world.cluster.api.find(`${paths.domains(namespace)}/${claimName(host)}`)) as StoredDomain | undefined;
  const events: Team["events"] = (kind, name) => {
    const selector = `involvedObject.kind=${kind},involvedObject.name=${name}`;
    const path = `/api/v1/namespaces/${namespace}/events?fieldSelector=${encodeURIComponent(selector)}`;
    return listOf<Said>(world.cluster.api, path);
  };
  return {
    ...tenant,
    apply: async (...objects) => {
      await succeed(["apply", "-f", "-"], documents(objects));
    },
    refused: async (object) => {
      const { code, stderr } = await tenant.kubectl(["apply", "-f", "-"], { input: documents([object]) });
      expect(code, stderr).toBe(1);
      return stderr;
    },
    must: (...args) => succeed(args[0] === "domain" ? ["domain", ...patient(args.slice(1))] : args),
    domain: (...args) => tenant.kubectl(["domain", ...patient(args)]),
    patch: async (kind, name, change) => {
      await succeed(["patch", kind, name, "--type=merge", "-p", JSON.stringify(change)]);
    },
    remove: async (kind, ...names) => {
      await succeed(["delete", kind, ...names, "--wait=false"]);
    },
    claim,
    decided: (host, status) =>
      eventually(async () => {
        const found = await claim(host);
        expect(found?.status).toMatchObject(status);
        expect(found?.status?.observedGeneration).toBe(found?.metadata.generation);
        return found?.status as Decided;
      }),
    condition: (host, type, condition) =>
      eventually(async () => {
        const conditions = (await claim(host))?.status?.conditions ?? [];
        expect(conditions.find((candidate) => candidate.type === type)).toMatchObject(condition);
      }),
    nextSecond: async (host) => {
      const created = Date.parse((await claim(host))?.metadata.creationTimestamp ?? "");
      await eventually(() => expect(Date.now()).toBeGreaterThanOrEqual(created + 1000));
    },
    gone: (host) => eventually(async () => expect(await claim(host)).toBeUndefined()),
    addresses: async (ingress) => {
      const found = (await world.cluster.api.must("GET", `${paths.ingresses(namespace)}/${ingress}`)) as {
        readonly status: { readonly loadBalancer: { readonly ingress?: unknown } };
      };
      return found.status.loadBalancer.ingress;
    },
    events,
    told: (kind, name, event) =>
      eventually(async () => expect(await events(kind, name)).toContainEqual(expect.objectContaining(event))),
    site: (service = "web") => world.backend({ namespace, service, portName: "http" }),
  };
}
