import type { Api } from "../support/controlplane/api.ts";
import { SYSTEM_NAMESPACE } from "../support/world/project.ts";
import { waitFor } from "../support/wait.ts";
import type { Controller } from "./controller.ts";

/** The controllers of the soak: one that leads, and from time to time one that stands by. */
export interface Crew {
  /** Starts the one that leads. */
  readonly start: () => Promise<void>;
  /** SIGKILL for the leader, whose Lease is freed, so that the next one need not wait for it to run out. */
  readonly kill: () => Promise<void>;
  /**
   * Another one starts, and takes over when the leader was killed, or was paused until its Lease had run out. Returns when
   * the other one leads; `paused` goes on then, believing for a moment that it leads.
   */
  readonly takeOver: (how: "killed" | "paused") => Promise<void>;
  /** Only the leader is left. */
  readonly dismiss: () => Promise<void>;
  /** The ends of their logs. */
  readonly log: () => string;
}

const lease = `/apis/coordination.k8s.io/v1/namespaces/${SYSTEM_NAMESPACE}/leases/domain-claims`;

/** Two controllers that do not run yet; they take turns in leading. */
export function crew(api: Api, controllers: readonly [Controller, Controller]): Crew {
  let [leader, other] = controllers;
  const holder = async (): Promise<string | undefined> => {
    const { body } = await api.call("GET", lease);
    return (body as { readonly spec?: { readonly holderIdentity?: string } }).spec?.holderIdentity;
  };
  return {
    start: () => leader.start(),
    kill: async () => {
      await leader.kill();
      await api.call("DELETE", lease);
    },
    takeOver: async (how) => {
      await waitFor({ what: "a leader" }, async () => (await holder()) !== undefined);
      const before = await holder();
      await other.start();
      if (how === "killed") await leader.kill();
      else leader.pause();
      await waitFor({ what: "another leader" }, async () => (await holder()) !== before);
      leader.resume();
      [leader, other] = [other, leader];
    },
    dismiss: () => other.kill(),
    log: () => `${leader.log()}\n\nthe other one:\n${other.log()}`,
  };
}
