import { recordName } from "@domain-claims/crds/hostname";
import type { Host } from "@domain-claims/crds/hostname";
import { settings } from "../support/builders.ts";
import { actualRedirects } from "./actual-redirects.ts";
import type { Stage } from "./stage.ts";

/** How far names get in histories, and how many of a hundred histories get there at least. */
export const milestones = {
  "a host is redirected": 40,
  "what is to redirect a served host is there first": 9,
  "that waits, since the gateway is behind": 4,
  "a rename begins": 18,
  "an old name has given way": 13,
  "a host is handed over": 9,
  "a host is kept for its namespace": 7,
} as const satisfies Readonly<Record<string, number>>;

/** One of them. */
export type Milestone = keyof typeof milestones;

/** Takes note of which milestones a history reaches, so that it is known what histories try. */
export class Milestones {
  readonly reached = new Set<Milestone>();
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** To be called after every change of the cluster and of Kong. */
  look(): void {
    const { cluster, kong, lagMs } = this.#stage;
    const note = (milestone: Milestone, is: boolean): void => void (is && this.reached.add(milestone));
    const records = cluster.all("HostRecord");
    note(
      "a rename begins",
      records.some(({ holder }) => holder?.renamedTo !== undefined),
    );
    note(
      "an old name has given way",
      records.some(({ holder }) => holder?.renamedTo?.done !== undefined),
    );
    note(
      "a host is handed over",
      records.some(({ history }) => history[0]?.reason === "Transferred"),
    );
    note(
      "a host is kept for its namespace",
      records.some(({ redemption }) => redemption !== undefined),
    );
    note("a host is redirected", actualRedirects(kong).size > 0);
    const standsBy = this.#standsBy();
    note("what is to redirect a served host is there first", standsBy);
    note("that waits, since the gateway is behind", standsBy && lagMs > 0);
  }

  /** True while Kong has a function for a host whose routes lead elsewhere. */
  #standsBy(): boolean {
    const { routes, services } = this.#stage.kong.stored;
    const ours = [...routes.values()].filter(({ tags }) => tags.includes(settings.kongTag));
    const led = new Set(ours.map(({ service }) => service.id));
    const served = new Set(ours.flatMap(({ hosts }) => (hosts ?? []).map((host) => recordName(host as Host))));
    return [...services.values()].some(({ id, name }) => {
      const [kind, host = ""] = name.split("~");
      return kind === "redirect" && !led.has(id) && served.has(host);
    });
  }
}
