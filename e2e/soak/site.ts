import fc from "fast-check";
import type { Api } from "../support/controlplane/api.ts";
import { waitFor } from "../support/wait.ts";
import { domain, ingress, paths } from "../support/world/objects.ts";
import type { Draw } from "./draw.ts";
import { release } from "./name-acts.ts";
import { siteNamespaces } from "./objects.ts";
import type { Domain } from "./objects.ts";
import type { GivenUp } from "./register.ts";
import { answerFor, visitors } from "./visitors.ts";

/** Where the sites of a stage are: what is behind the Services, and how visitors get there. */
export interface SitePlace {
  readonly api: Api;
  readonly proxyUrl: string;
  readonly givenUp: GivenUp;
  /** The port of the Service `web` of each of {@link siteNamespaces}. */
  readonly ports: readonly [site: number, heir: number];
}

/** A site that has visitors all the time while its names change (N-a), whatever happens to others and to the controller. */
export interface Site {
  /** Its owners take the next step, if there is one left; in words. */
  readonly step: () => Promise<string | undefined>;
  /** Waits until it is answered as it is to be in the end, and sends the visitors home; what they missed, as sentences. */
  readonly end: () => Promise<readonly string[]>;
}

const [site, heir] = siteNamespaces;
const elsewhere = "elsewhere.example";
const longestMs = 150_000;
/** Right answers in a row, after which all of Kong's workers are taken to agree. */
const agreement = 20;

/** A step, in words and as what is done. */
type Step = readonly [words: string, act: (owners: Owners) => Promise<void>];

/** What owners do, one after the other, and how the old name is answered in the end. */
interface Life {
  readonly steps: readonly Step[];
  readonly end: (next: string) => string;
}

const renames: Step = ["is renamed", (owners) => owners.rename()];
const isUndone: Step = ["has its old name back", (owners) => owners.undo()];
const redirects: Step = ["redirects", (owners) => owners.change({ redirect: { host: elsewhere } })];
const serves: Step = ["redirects no longer", (owners) => owners.change({ redirect: undefined })];
const isOffered: Step = ["is handed over", (owners) => owners.change({ transferTo: heir })];
const isAccepted: Step = ["is accepted", (owners) => owners.accept({})];
const isRedirected: Step = [
  "is accepted, and redirected",
  (owners) => owners.accept({ redirect: { host: elsewhere } }),
];

const someLife = () =>
  fc.constantFrom<Life[]>(
    { steps: [renames], end: (next) => `308 http://${next}/` },
    { steps: [renames, isUndone], end: () => site },
    { steps: [redirects, serves], end: () => site },
    { steps: [isOffered, isAccepted], end: () => heir },
    { steps: [isOffered, isRedirected], end: () => `308 http://${elsewhere}/` },
    { steps: [renames, isOffered, isAccepted], end: () => heir },
  );

/** Makes a site with names that no other run has, and opens it once it is served. */
export async function openSite(place: SitePlace, draw: Draw, seed: number): Promise<Site> {
  const [old, next] = [`s${String(seed)}.example`, `n${String(seed)}.example`];
  const { steps, end } = draw(someLife);
  const owners = new Owners(place, old, next);
  await owners.open();
  const answers = (wanted: string): Promise<void> => isAnswered(place.proxyUrl, old, wanted);
  await answers(site);
  // Once its rename is undone, the new name is served no longer; who was sent there a moment before finds nobody.
  const follows = steps.includes(isUndone) ? undefined : next;
  const allowed = [site, heir, `308 http://${next}/`, `308 http://${elsewhere}/`];
  const crowd = visitors(place.proxyUrl, old, { allowed, follows });
  const left = [...steps];
  return {
    step: async () => {
      const [words, act] = left.shift() ?? [];
      await act?.(owners);
      return words === undefined ? undefined : `${old} ${words}`;
    },
    end: async () => {
      const late = await answers(end(next)).then(
        () => [],
        (error: unknown) => [`I5: ${String(error)}: ${String((error as Error).cause)}`],
      );
      return [...(await crowd.leave()), ...late];
    },
  };
}

async function isAnswered(proxyUrl: string, host: string, wanted: string): Promise<void> {
  let inARow = 0;
  await waitFor({ what: `${host} to be answered by ${wanted}`, timeout: longestMs, interval: 10 }, async () => {
    const found = await answerFor(proxyUrl, host);
    inARow = found === wanted ? inARow + 1 : 0;
    if (inARow === 0) throw new Error(`it is answered by ${found}`);
    return inARow >= agreement;
  });
}

/** Who has the site, and who gets it: each has an Ingress for its old name, and one of them for the new one by a rename. */
class Owners {
  readonly #place: SitePlace;
  readonly #old: string;
  readonly #next: string;

  constructor(place: SitePlace, old: string, next: string) {
    [this.#place, this.#old, this.#next] = [place, old, next];
  }

  async open(): Promise<void> {
    const { api, ports } = this.#place;
    await api.must("POST", paths.domains(site), domain("site", { primary: this.#old }));
    for (const [i, namespace] of siteNamespaces.entries())
      await api.must("POST", paths.ingresses(namespace), ingress("site", [this.#old], "kong", ports[i]));
  }

  async rename(): Promise<void> {
    const spec = { primary: this.#next, renames: "site" };
    await this.#place.api.must("POST", paths.domains(site), domain("renamed", spec));
  }

  async undo(): Promise<void> {
    const { api, givenUp } = this.#place;
    await this.#until(async () => release(api, givenUp, await this.#claim("renamed")));
  }

  async change(change: { readonly [K in keyof Domain["spec"]]?: Domain["spec"][K] | undefined }): Promise<void> {
    await this.#until(async () => {
      const claim = await this.#claim("site");
      const changed = { ...claim, spec: { ...claim.spec, ...change } };
      await this.#place.api.must("PUT", `${paths.domains(site)}/site`, changed);
    });
  }

  async accept(more: Partial<Domain["spec"]>): Promise<void> {
    const spec = { primary: this.#old, acceptFrom: site, ...more };
    await this.#place.api.must("POST", paths.domains(heir), domain("site", spec));
  }

  async #claim(name: string): Promise<Domain> {
    return (await this.#place.api.must("GET", `${paths.domains(site)}/${name}`)) as Domain;
  }

  /** The controller may have written into the claim since it was read. */
  async #until(act: () => Promise<void>): Promise<void> {
    await waitFor({ what: `a change of ${this.#old}` }, async () => {
      await act();
      return true;
    });
  }
}
