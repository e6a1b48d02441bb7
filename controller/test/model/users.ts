import fc from "fast-check";
import type { Claim } from "../../src/world/claim.ts";
import { claim, ingress, namespace, service, settings } from "../support/builders.ts";
import type { AllowedRegisters } from "./allowed-registers.ts";
import { somePairs } from "./certificates.ts";
import { chance } from "./draw.ts";
import { clusterOf } from "./observed.ts";
import { hostOf } from "./ownership.ts";
import type { Stage } from "./stage.ts";

const namespaces = ["a", "b", "c"] as const;
const someNamespace = () => fc.constantFrom(...namespaces);
const someDelegates = () => fc.subarray([...namespaces, "*"]);
const someClaimName = () => fc.constantFrom("1", "2", "3");
const someIngressName = () => fc.constantFrom("i", "j");
const someClass = () => fc.constantFrom("kong", "kong", "other");
const someName = () =>
  fc.constantFrom<(readonly [primary: string, sub: string | undefined])[]>(
    ["acme.org", undefined],
    ["acme.org", undefined],
    ["b.acme.org", undefined],
    ["c.b.acme.org", undefined],
    ["acme.org", "b"],
    ["acme.org", "x"],
    ["acme.org", "*"],
    ["b.acme.org", "*"],
    ["b.acme.org", "c"],
    ["co.uk", undefined],
  );
/** Names that the holder of acme.org may have, too, if nobody else does. */
const someNewName = () =>
  fc.constantFrom<(readonly [primary: string, sub: string | undefined])[]>(
    ["b.acme.org", undefined],
    ["c.b.acme.org", undefined],
    ["acme.org", "x"],
    ["other.org", undefined],
  );
const someTarget = () =>
  fc.constantFrom("acme.org", "b.acme.org", "x.acme.org", "y.acme.org", "c.b.acme.org", "elsewhere.example", undefined);
const hosts = ["acme.org", "b.acme.org", "x.acme.org", "*.acme.org", "c.b.acme.org", "*.b.acme.org"];
const someHosts = () => fc.subarray(hosts);
const someSecretName = () => fc.constantFrom("s", "t");
/** Entries of `spec.tls`: often one for all hosts of the Ingress, sometimes two. */
const someTls = () =>
  fc.array(
    fc.record({
      secretName: someSecretName(),
      hosts: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: someHosts() }),
    }),
    { maxLength: 2 },
  );

const noFinalizer: Claim["finalizers"] = { count: 0, ours: undefined };

function redirectTo(host: string | undefined): Claim["redirect"] {
  return host === undefined ? undefined : { host, statusCode: 308, keepPath: true };
}

/**
 * What users do in a history: they claim, share and give back names, and make and unmake the Ingresses, Secrets,
 * Services and namespaces that go with them. There are so few names that they are often in each other's way. Who, where and how is
 * drawn; an act that makes no sense at the moment is none.
 */
export class Users {
  readonly #stage: Stage;
  readonly #allowed: AllowedRegisters;
  /** Lives of objects so far: what is made again under its old name gets a new UID. */
  #lives = 0;

  constructor(stage: Stage, allowed: AllowedRegisters) {
    this.#stage = stage;
    this.#allowed = allowed;
  }

  /** What is there before the first controller starts. */
  prepare(): void {
    const { cluster, draw } = this.#stage;
    for (const name of namespaces) cluster.put("Namespace", namespace(name, `uid-${name}-0`));
    cluster.put("IngressClass", { name: "kong", controller: settings.ingressController });
    for (const ns of namespaces) if (draw(chance, 80)) this.#toggleService(ns);
    if (this.#stage.ofNames) this.#openSite(draw(someNamespace));
    for (let i = 2 + draw(fc.nat, 3); i > 0; i--) this.claim();
    for (let i = 1 + draw(fc.nat, 3); i > 0; i--) this.changeIngress();
    for (let i = 2 + draw(fc.nat, 3); i > 0; i--) this.changeSecret();
  }

  claim(): void {
    const { cluster, draw, chronicle } = this.#stage;
    const at = `${draw(someNamespace)}/${draw(someClaimName)}`;
    if (cluster.get("Domain", at) !== undefined || !this.#hasNamespace(at)) return;
    const [primary, sub] = draw(someName);
    const made = claim(at, primary, {
      uid: `uid-${at}-${this.#nextLife()}`,
      sub,
      parent: sub !== undefined && draw(chance, 60) ? draw(someNamespace) : undefined,
      delegates: sub === undefined && draw(chance, 60) ? draw(someDelegates) : [],
      redirect: draw(chance, 25) ? redirectTo(draw(someTarget)) : undefined,
      renames: draw(chance, 30) ? draw(someClaimName) : undefined,
      redirectForMs: draw(chance, 20) ? 0 : undefined,
      finalizers: noFinalizer,
      created: `2026-01-01T00:00:0${String(draw(fc.nat, 3))}Z`,
    });
    chronicle.note(
      "claim",
      `${at} ${sub ?? ""}.${primary} parent ${made.parent ?? "-"} delegates ${made.delegates.join()} redirect ${made.redirect?.host ?? "-"} renames ${made.renames ?? "-"}`,
    );
    cluster.put("Domain", made);
  }

  /** The owner of a primary claim says anew who may take names below it. */
  share(): void {
    const { cluster, draw, chronicle } = this.#stage;
    const made = this.#someClaim();
    if (made === undefined || made.sub !== undefined) return;
    const shared = draw(someDelegates);
    chronicle.note("share", `${made.namespace}/${made.name} delegates ${shared.join()}`);
    cluster.put("Domain", { ...made, delegates: shared, generation: made.generation + 1 });
  }

  /** The owner of a claim has its host redirected, or served again. */
  redirect(): void {
    const { cluster, draw, chronicle } = this.#stage;
    const made = this.#someHolder();
    const [target, back] = [draw(someTarget), draw(chance, 25)];
    if (made === undefined) return;
    const leadHere = cluster.all("Domain").filter((other) => other.redirect?.host === hostOf(made));
    const other = leadHere.map(hostOf).find((host) => host !== hostOf(made) && !host.startsWith("*."));
    const host = back ? (other ?? target) : target;
    chronicle.note("redirect", `${made.namespace}/${made.name} to ${host ?? "nowhere"}`);
    cluster.put("Domain", { ...made, redirect: redirectTo(host), generation: made.generation + 1 });
  }

  /** The owner of a claim gives its site another name; often one that nobody else may have. */
  rename(): void {
    const { cluster, draw, chronicle } = this.#stage;
    const old = this.#someHolder();
    const name = draw(someClaimName);
    const [primary, sub] = draw(chance, 70) ? draw(someNewName) : draw(someName);
    if (old === undefined || cluster.get("Domain", `${old.namespace}/${name}`) !== undefined) return;
    const at = `${old.namespace}/${name}`;
    chronicle.note("rename", `${at} ${sub ?? ""}.${primary} renames ${old.name}`);
    const uid = `uid-${at}-${this.#nextLife()}`;
    cluster.put("Domain", claim(at, primary, { uid, sub, renames: old.name, finalizers: noFinalizer }));
  }

  /** The owner of a claim hands its host over, or takes that back; often one of a site that gets another name. */
  transfer(): void {
    const { cluster, draw, chronicle } = this.#stage;
    const renaming = this.#ofRenames();
    const some = renaming[draw(fc.nat, Math.max(renaming.length - 1, 0))];
    const made = draw(chance, 50) ? (some ?? this.#someHolder()) : this.#someHolder();
    if (made === undefined) return;
    const transferTo = made.transferTo === undefined || draw(chance, 40) ? draw(someNamespace) : undefined;
    chronicle.note("transfer", `${made.namespace}/${made.name} to ${transferTo ?? "nobody"}`);
    const offer = { ...made, transferTo, generation: made.generation + 1 };
    cluster.put("Domain", offer);
    if (transferTo !== undefined && draw(chance, 50)) this.#accept(offer, transferTo);
  }

  /** A host that is handed over is accepted: by a claim that waits for it, or by a new one. */
  accept(): void {
    const { cluster, draw } = this.#stage;
    const offers = cluster.all("Domain").filter(({ deleting, transferTo }) => !deleting && transferTo !== undefined);
    const offer = offers[draw(fc.nat, Math.max(offers.length - 1, 0))];
    const ns = draw(chance, 80) ? offer?.transferTo : draw(someNamespace);
    if (offer !== undefined && ns !== undefined) this.#accept(offer, ns);
  }

  #accept(offer: Claim, ns: string): void {
    const { cluster, draw, chronicle } = this.#stage;
    if (!this.#hasNamespace(`${ns}/`)) return;
    const { primary, sub, namespace: acceptFrom } = offer;
    const known = [...cluster.all("Domain")].filter(({ namespace, deleting }) => namespace === ns && !deleting);
    const waiting = known.find((one) => one.primary === primary && one.sub === sub && one.uid !== offer.uid);
    const delegates = sub === undefined ? draw(someDelegates) : [];
    const at = `${ns}/${waiting?.name ?? draw(someClaimName)}`;
    if (waiting === undefined && cluster.get("Domain", at) !== undefined) return;
    chronicle.note("accept", `${at} ${sub ?? ""}.${primary} from ${acceptFrom} delegates ${delegates.join()}`);
    const before =
      waiting ?? claim(at, primary, { uid: `uid-${at}-${this.#nextLife()}`, sub, finalizers: noFinalizer });
    const parent = sub === undefined ? undefined : acceptFrom;
    const change = { acceptFrom, transferTo: undefined, delegates, parent, generation: before.generation + 1 };
    cluster.put("Domain", { ...before, ...change });
  }

  /** A claim is released, or only deleted; sometimes by force, without waiting for the controller. */
  unclaim(): void {
    const { cluster, draw, chronicle } = this.#stage;
    const made = this.#someClaim();
    if (made === undefined) return;
    const byForce = draw(chance, 15);
    const released = !byForce && draw(chance, 40);
    const how = byForce ? " by force" : released ? " for good" : "";
    chronicle.note("unclaim", `${made.namespace}/${made.name}${how}`);
    // Of two deletions that no watch has shown the answer to a write may show the second one first. Then the claim that was deleted
    // before may have a host for a moment, which is among the outcomes of no model that sees everything in its order.
    const deleted = cluster.all("Domain").some(({ deleting, uid }) => deleting && uid !== made.uid);
    if (deleted && cluster.holds("Domain")) this.#allowed.loseTrack();
    if (released) cluster.put("Domain", { ...made, released });
    if (byForce) cluster.put("Domain", { ...made, finalizers: noFinalizer });
    cluster.remove("Domain", made.namespace, made.name);
  }

  /** An Ingress is made, replaced or deleted. */
  changeIngress(): void {
    const { cluster, draw, chronicle } = this.#stage;
    const at = `${draw(someNamespace)}/${draw(someIngressName)}`;
    const [ns = "", name = ""] = at.split("/");
    if (draw(chance, 30)) {
      chronicle.note("no Ingress", at);
      cluster.remove("Ingress", ns, name);
      return;
    }
    if (!this.#hasNamespace(at)) return;
    const named = draw(someHosts);
    const tls = draw(someTls);
    const certified = tls.map((entry) => ` ${entry.secretName}: ${entry.hosts.join()}`);
    chronicle.note("Ingress", `${at} ${named.join()}${certified.join()}`);
    cluster.put("Ingress", ingress(at, named, { className: draw(someClass), tls }));
  }

  /** The Service behind a namespace's Ingresses is made, or deleted. */
  changeService(): void {
    this.#toggleService(this.#stage.draw(someNamespace));
  }

  /** A Secret is made, renewed, made useless, made anew with another type, or deleted. */
  changeSecret(): void {
    const { cluster, draw, chronicle } = this.#stage;
    const at = `${draw(someNamespace)}/${draw(someSecretName)}`;
    if (draw(chance, 25) || !this.#hasNamespace(at)) {
      chronicle.note("no Secret", at);
      cluster.removeSecret(at);
      return;
    }
    const which = draw(fc.nat, somePairs.length - 1);
    const type = draw(chance, 10) ? "Opaque" : "kubernetes.io/tls";
    chronicle.note("Secret", `${at} ${String(which)} ${type}`);
    const pair = somePairs[which];
    if (pair !== undefined) cluster.putSecret(at, pair, type);
  }

  /** A namespace is deleted with all that is in it, or one of the same name is made by somebody else. */
  renewNamespace(): void {
    const { cluster, draw, chronicle } = this.#stage;
    const ns = draw(someNamespace);
    if (cluster.get("Namespace", ns) === undefined) {
      chronicle.note("new namespace", ns);
      cluster.put("Namespace", namespace(ns, `uid-${ns}-${this.#nextLife()}`));
      if (draw(chance, 80)) this.#toggleService(ns);
      return;
    }
    chronicle.note("no namespace", ns);
    for (const made of cluster.all("Domain")) {
      if (made.namespace !== ns) continue;
      // One goes after the other: what is left in between is a cluster of its own, on which the controller may act.
      this.#allowed.follow(clusterOf(this.#stage));
      cluster.remove("Domain", ns, made.name);
    }
    for (const made of cluster.all("Ingress")) if (made.namespace === ns) cluster.remove("Ingress", ns, made.name);
    cluster.remove("Service", ns, "web");
    for (const name of ["s", "t"]) cluster.removeSecret(`${ns}/${name}`);
    if (!cluster.all("Domain").some((made) => made.namespace === ns)) cluster.remove("Namespace", "", ns);
  }

  /** acme.org is claimed, and has all that it takes to be served. */
  #openSite(ns: string): void {
    const { cluster, chronicle } = this.#stage;
    chronicle.note("site", ns);
    const at = `${ns}/1`;
    cluster.put("Domain", claim(at, "acme.org", { uid: `uid-${at}-${this.#nextLife()}`, finalizers: noFinalizer }));
    cluster.put("Ingress", ingress(`${ns}/i`, ["acme.org"], {}));
    if (cluster.get("Service", `${ns}/web`) === undefined) this.#toggleService(ns);
  }

  #toggleService(ns: string): void {
    const { cluster, chronicle } = this.#stage;
    const present = cluster.get("Service", `${ns}/web`) !== undefined;
    chronicle.note(present ? "no Service" : "Service", ns);
    if (present) cluster.remove("Service", ns, "web");
    else cluster.put("Service", service(`${ns}/web`));
  }

  #someClaim(): Claim | undefined {
    const { cluster, draw } = this.#stage;
    const made = cluster.all("Domain").filter(({ deleting }) => !deleting);
    return made[draw(fc.nat, Math.max(made.length - 1, 0))];
  }

  /** Mostly a claim that holds its host: what becomes of another's name is seen by nobody. */
  #someHolder(): Claim | undefined {
    const { cluster, draw } = this.#stage;
    const held = new Set(cluster.all("HostRecord").map(({ holder }) => holder?.uid));
    const holders = cluster.all("Domain").filter(({ deleting, uid }) => !deleting && held.has(uid));
    const one = holders[draw(fc.nat, Math.max(holders.length - 1, 0))];
    return draw(chance, 80) ? (one ?? this.#someClaim()) : this.#someClaim();
  }

  /** The claims on either side of a rename, whether it is one that goes on or not. */
  #ofRenames(): readonly Claim[] {
    const made = this.#stage.cluster.all("Domain").filter(({ deleting }) => !deleting);
    const renamed = new Set(made.map(({ namespace, renames }) => `${namespace}/${renames ?? ""}`));
    return made.filter(({ namespace, name, renames }) => renames !== undefined || renamed.has(`${namespace}/${name}`));
  }

  #hasNamespace(at: string): boolean {
    return this.#stage.cluster.get("Namespace", at.split("/")[0] ?? "") !== undefined;
  }

  #nextLife(): string {
    this.#lives += 1;
    return String(this.#lives);
  }
}
