import { expect } from "vitest";
import { concurrently } from "../../support/concurrently.ts";
import { listOf, paths } from "../../support/world/objects.ts";
import type { StoredDomain } from "../../support/world/objects.ts";
import { eventually } from "./eventually.ts";
import { claimName } from "./objects.ts";
import type { Manifest } from "./objects.ts";
import type { Story } from "./story.ts";

/** Very many claims of one namespace, made and ended through the API itself: kubectl would take its time. */
export interface Crowd {
  readonly create: (claims: readonly Manifest[]) => Promise<void>;
  readonly list: () => Promise<readonly StoredDomain[]>;
  /** Asks for the end of the claim of that host or name. */
  readonly end: (host: string) => Promise<void>;
  /** Asks for the end of all claims of the namespace, and waits for it. */
  readonly endAll: () => Promise<void>;
  /** Waits until this many claims of the namespace are in the phase. */
  readonly count: (phase: string, wanted: number, limit?: number) => Promise<void>;
}

/** So many calls are on their way at once. */
const mostAtOnce = 24;

/** The crowd of a namespace. */
export function crowdOf({ cluster: { api } }: Story, namespace: string): Crowd {
  const path = paths.domains(namespace);
  const list: Crowd["list"] = () => listOf<StoredDomain>(api, path);
  return {
    list,
    create: (claims) => concurrently(mostAtOnce, claims, (claim) => api.must("POST", path, claim)),
    end: async (host) => {
      await api.must("DELETE", `${path}/${claimName(host)}`);
    },
    endAll: async () => {
      await api.must("DELETE", path);
      await eventually(async () => expect(await list()).toEqual([]));
    },
    count: (phase, wanted, limit = 150_000) =>
      eventually(async () => {
        const found = (await list()).filter(({ status }) => status?.phase === phase).length;
        expect(found, `claims in ${namespace} that are ${phase}`).toBe(wanted);
      }, limit),
  };
}
