import { expect } from "vitest";
import type { BackendAnswer } from "../../support/world/backend.ts";
import { keptControlPlane } from "../../support/controlplane/kept.ts";
import { group, listOf } from "../../support/world/objects.ts";
import type { StoredRecord } from "../../support/world/objects.ts";
import { startWorld } from "../../support/world/start-world.ts";
import type { World, WorldOptions } from "../../support/world/start-world.ts";
import { answersOf } from "./answers.ts";
import { eventually } from "./eventually.ts";
import { newTeam } from "./team.ts";
import type { Team } from "./team.ts";

/** What the gateway says of a host that nobody serves. */
export const nobody = "404 no Route matched with those values";

/** A world with one controller, and how the stories look at it. */
export interface Story extends World {
  /** A new team in a namespace of its own; the user is named after the namespace unless given. */
  readonly team: (namespace: string, user?: string) => Promise<Team>;
  /** Several teams. */
  readonly teams: <const N extends readonly string[]>(...namespaces: N) => Promise<{ readonly [K in keyof N]: Team }>;
  /** Who answers `host/path` through the gateway: `namespace/service`, or the gateway's status and message. */
  readonly visit: (url: string) => Promise<string>;
  /** Waits until `host/path` is answered so, by all of Kong's workers. */
  readonly serves: (url: string, answer: string) => Promise<void>;
  /** The host's record, or undefined. */
  readonly record: (host: string) => Promise<StoredRecord | undefined>;
  /** The UID of a namespace. */
  readonly uidOf: (namespace: string) => Promise<string>;
  /** The whole register. */
  readonly records: () => Promise<readonly StoredRecord[]>;
  /** Waits until the host is held by the claim `namespace/name`, or by nobody (""). */
  readonly heldBy: (host: string, holder: string) => Promise<void>;
}

/** Starts a world with one running controller unless told otherwise. */
export async function startStory(options: WorldOptions = {}): Promise<Story> {
  const world = await startWorld({ controller: true, startCluster: keptControlPlane, ...options });
  const visit: Story["visit"] = async (url) => {
    const slash = url.includes("/") ? url.indexOf("/") : url.length;
    const { status, body } = await world.request({ host: url.slice(0, slash), path: url.slice(slash) || "/" });
    if (status !== 200) return `${String(status)} ${messageIn(body)}`;
    const { namespace, service } = JSON.parse(body) as BackendAnswer;
    return `${namespace}/${service}`;
  };
  const record: Story["record"] = async (host) => {
    const name = host.replace("*", "wc--any");
    return (await world.cluster.api.find(`${group}/hostrecords/${name}`)) as StoredRecord | undefined;
  };
  return {
    ...world,
    team: (namespace, user) => newTeam(world, namespace, user),
    teams: async (...namespaces) =>
      (await Promise.all(namespaces.map((namespace) => newTeam(world, namespace)))) as never,
    visit,
    serves: (url, answer) =>
      eventually(async () => {
        // One request tells that it is not yet so; those of all workers are for when it is.
        expect(await visit(url), url).toBe(answer);
        expect(await answersOf(() => visit(url)), url).toEqual([answer]);
      }),
    record,
    uidOf: async (namespace) =>
      ((await world.cluster.api.must("GET", `/api/v1/namespaces/${namespace}`)) as Pick<StoredRecord, "metadata">)
        .metadata.uid,
    records: () => listOf<StoredRecord>(world.cluster.api, `${group}/hostrecords`),
    heldBy: (host, holder) =>
      eventually(async () => {
        const found = (await record(host))?.spec.holder;
        expect(found === undefined ? "" : `${found.namespace}/${found.name}`, `the holder of ${host}`).toBe(holder);
      }),
  };
}

function messageIn(body: string): string {
  try {
    return (JSON.parse(body) as { readonly message: string }).message;
  } catch {
    return body;
  }
}
