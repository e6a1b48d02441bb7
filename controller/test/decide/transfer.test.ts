import { describe, expect, test } from "vitest";
import type { Host } from "@domain-claims/crds/hostname";
import { decideClaim } from "../../src/decide/claim.ts";
import { decideHost } from "../../src/decide/host.ts";
import type { HostDecision } from "../../src/decide/host-decision.ts";
import { Facts } from "../../src/world/facts.ts";
import type { Claim } from "../../src/world/claim.ts";
import type { HostRecord } from "../../src/world/host-record.ts";
import type { Cluster } from "../support/builders.ts";
import { claim, fresh, grant, heldBy, namespace, settings, world } from "../support/builders.ts";

const acme = claim("acme-org/acme", "acme.org", { delegates: ["marvin-org"], transferTo: "coyote-org" });
const accepting = claim("coyote-org/acme", "acme.org", {
  acceptFrom: "acme-org",
  delegates: ["marvin-org", "acme-org"],
});
const impatient = claim("evil/acme", "acme.org", { created: "2020-01-01T00:00:00Z" });
const namespaces = ["acme-org", "coyote-org", "marvin-org", "evil"].map((name) => namespace(name));
const marvin = grant("marvin-org");

/** The record of the host that a claim holds and hands over to the namespace that is there. */
function offeredBy(owner: Claim, more: Partial<HostRecord> = {}): HostRecord {
  const to = owner.transferTo ?? "";
  const delegates = owner.sub === undefined ? owner.delegates : [];
  const transfer = { namespace: to, uid: `uid-${to}`, delegates };
  return { ...heldBy(owner, {}, [...delegates].sort().map(grant)), transfer, ...more };
}

/** The record of a host that acme-org's claim handed over to this one. */
function takenBy(owner: Claim, more: Partial<HostRecord> = {}): HostRecord {
  const { namespace, name, uid } = acme;
  const times = { from: "2026-04-04T12:00:01Z", to: "2026-04-05T12:00:00Z" };
  const history = [{ kind: "primary" as const, namespace, name, uid, ...times, reason: "Transferred" }];
  const record = heldBy(owner, { givers: [grant(namespace)] }, [grant("acme-org"), marvin]);
  return { ...record, history, ...more };
}

function decide(host: string, cluster: Cluster, by = settings): HostDecision {
  return decideHost(new Facts(world({ namespaces, ...cluster })), by, host as Host);
}

function told(about: Claim, cluster: Cluster, by = settings): ReturnType<typeof decideClaim> {
  return decideClaim(new Facts(world({ namespaces, ...cluster })), by, about);
}

test("N4: the namespace that a host is handed over to is bound in the record, and stays bound for as long as it is named", () => {
  const named = decide("acme.org", { claims: [acme], records: [heldBy(acme, {}, [marvin])] });
  expect(named.step).toMatchObject({
    ...{ kind: "update", transfer: { namespace: "coyote-org", uid: "uid-coyote-org", delegates: ["marvin-org"] } },
  });
  const again = [namespace("acme-org"), namespace("coyote-org", "uid-another"), namespace("marvin-org")];
  const records = [offeredBy(acme)];
  expect(decide("acme.org", { claims: [acme, accepting], records, namespaces: again }).step).toEqual({ kind: "keep" });
  const back = { ...acme, transferTo: undefined };
  expect(decide("acme.org", { claims: [back], records }).step).toMatchObject({ kind: "update", transfer: undefined });
  const other = { ...acme, transferTo: "evil" };
  expect(decide("acme.org", { claims: [other], records }).step).toMatchObject({ transfer: { uid: "uid-evil" } });
});

test("N4: a host goes to the claim that accepts it, with its grants, however long others wait; until then it is served", () => {
  const cluster = { claims: [impatient, acme, accepting], records: [offeredBy(acme)] };
  expect(decide("acme.org", cluster)).toMatchObject({
    serving: "acme-org",
    step: {
      kind: "handOver",
      claim: { namespace: "coyote-org" },
      authority: { kind: "none" },
      grants: [grant("acme-org"), marvin],
    },
  });
  expect(told(impatient, cluster).reason).toBe("AlreadyClaimed");
  expect(told(accepting, cluster)).toMatchObject({ phase: "Pending", reason: "Deciding" });
});

test("N4: of several claims that accept it, the oldest that may hold it does", () => {
  const old = { ...accepting, name: "old", uid: "uid-old", created: "2026-01-01T00:00:00Z" };
  const claims = (first: Claim): Cluster => ({ claims: [first, accepting, acme], records: [offeredBy(acme)] });
  expect(decide("acme.org", claims(old)).step).toMatchObject({ kind: "handOver", claim: { name: "old" } });
  expect(decide("acme.org", claims({ ...old, ...fresh })).step).toEqual({ kind: "keep" });
  for (const not of [{ deleting: true }, { acceptFrom: undefined }, { transferTo: "evil" }])
    expect(decide("acme.org", claims({ ...old, ...not })).step).toMatchObject({ claim: { name: "acme" } });
});

describe("N4: a host stays with its holder", () => {
  const free = { ...accepting, namespace: "evil", uid: "uid-evil-acme" };
  test.each<[string, Cluster]>([
    ["while nobody has accepted it", { claims: [acme, { ...accepting, acceptFrom: undefined }] }],
    ["when another namespace accepts it", { claims: [acme, free] }],
    ["when it is accepted from somebody else", { claims: [acme, { ...accepting, acceptFrom: "marvin-org" }] }],
    [
      "when it has been taken back, whatever the record still says",
      { claims: [{ ...acme, transferTo: undefined }, accepting] },
    ],
    ["when it is to go elsewhere by now", { claims: [{ ...acme, transferTo: "marvin-org" }, accepting] }],
    ["when the holder's claim is being deleted", { claims: [{ ...acme, deleting: true }, accepting] }],
    ["when the holder's claim is another one by now", { claims: [{ ...acme, uid: "uid-again" }, accepting] }],
    [
      "when the namespace has been made anew",
      { namespaces: [namespace("acme-org"), namespace("coyote-org", "uid-2")] },
    ],
    ["when the namespace is gone", { namespaces: [namespace("acme-org")] }],
    ["when the record is not bound yet", { records: [heldBy(acme, {}, [marvin])] }],
  ])("%s", (_, cluster) => {
    const { step } = decide("acme.org", { claims: [acme, accepting], records: [offeredBy(acme)], ...cluster });
    expect(step.kind).not.toBe("handOver");
  });

  test("when the receiver may not claim primaries, and says so", () => {
    const by = { ...settings, primaryNamespaces: [{ key: "team", operator: "in" as const, values: ["web"] }] };
    const cluster = { claims: [acme, accepting], records: [offeredBy(acme)] };
    expect(decide("acme.org", cluster, by).step).toEqual({ kind: "keep" });
    expect(told(accepting, cluster, by)).toMatchObject({ phase: "Failed", reason: "PrimaryNotAllowed" });
  });

  test("when a primary would become a shared claim, and says so", () => {
    const nested = claim("acme-org/www", "www.acme.org", { transferTo: "coyote-org" });
    const shared = claim("coyote-org/www", "acme.org", { sub: "www", parent: "acme-org", acceptFrom: "acme-org" });
    const cluster = { claims: [nested, shared], records: [offeredBy(nested)] };
    expect(decide("www.acme.org", cluster).step).toEqual({ kind: "keep" });
    expect(told(shared, cluster).message).toContain("to a primary claim only");
  });
});

describe("N4: what was lent goes only where it is lent, too", () => {
  const top = claim("acme-org/acme", "acme.org", { delegates: ["marvin-org"] });
  const lent = claim("marvin-org/www", "acme.org", { sub: "www", parent: "acme-org", transferTo: "coyote-org" });
  const taking = claim("coyote-org/www", "acme.org", { sub: "www", parent: "acme-org", acceptFrom: "marvin-org" });

  test.each([
    ["the receiver is a stranger", top, [marvin], "keep", "NotDelegated"],
    [
      "it is shared with the receiver, too",
      { ...top, delegates: ["coyote-org", "marvin-org"] },
      [grant("coyote-org"), marvin],
      "handOver",
      "Deciding",
    ],
  ])("a shared claim, when %s", (_, primary, grants, kind, reason) => {
    const cluster = { claims: [primary, lent, taking], records: [heldBy(primary, {}, grants), offeredBy(lent)] };
    expect(decide("www.acme.org", cluster).step.kind).toBe(kind);
    expect(told(taking, cluster).reason).toBe(reason);
  });

  test("a primary by delegation does not come to stand on its own", () => {
    const nested = claim("marvin-org/m", "m.acme.org", { transferTo: "coyote-org" });
    const into = claim("coyote-org/m", "m.acme.org", { acceptFrom: "marvin-org" });
    const { namespace: held, name, uid } = top;
    const authority = { kind: "delegation" as const, host: "acme.org" as Host, namespace: held, name, uid };
    const record = { ...offeredBy(nested), holder: heldBy(nested, { authority }).holder };
    const cluster = (primary: Claim, grants = [marvin]): Cluster => ({
      claims: [primary, nested, into],
      records: [heldBy(primary, {}, grants), record],
    });
    expect(decide("m.acme.org", cluster(top)).step).toEqual({ kind: "keep" });
    expect(told(into, cluster(top)).reason).toBe("ParentClaimed");
    const wide = { ...top, delegates: ["coyote-org", "marvin-org"] };
    expect(decide("m.acme.org", cluster(wide, [grant("coyote-org"), marvin])).step).toMatchObject({
      ...{ kind: "handOver", authority: { kind: "delegation", uid: top.uid } },
    });
  });

  test("a wildcard goes only to the namespace that holds its primary", () => {
    const any = claim("acme-org/any", "acme.org", { sub: "*", transferTo: "coyote-org" });
    const into = claim("coyote-org/any", "acme.org", { sub: "*", parent: "acme-org", acceptFrom: "acme-org" });
    const wide = { ...top, delegates: ["coyote-org"] };
    const before = { claims: [wide, any, into], records: [heldBy(wide, {}, [grant("coyote-org")]), offeredBy(any)] };
    expect(told(into, before).reason).toBe("NotDelegated");
    expect(decide("*.acme.org", before).step).toEqual({ kind: "keep" });
    const after = { claims: [accepting, any, into], records: [takenBy(accepting), offeredBy(any)] };
    expect(decide("*.acme.org", after).step).toMatchObject({ kind: "handOver", claim: { namespace: "coyote-org" } });
  });
});

describe("N4: after a primary has changed hands, what lies below it stays", () => {
  const records = [takenBy(accepting)];

  test.each([
    [
      "a share whose parent is the one that gave it",
      claim("marvin-org/m", "acme.org", { sub: "m", parent: "acme-org" }),
    ],
    ["a name of the one that gave it", claim("acme-org/www", "acme.org", { sub: "www" })],
    ["its wildcard", claim("acme-org/any", "acme.org", { sub: "*" })],
  ])("%s", (_, below) => {
    const cluster = { claims: [accepting, acme, below], records: [...records, heldBy(below)] };
    expect(decide(`${below.sub ?? ""}.acme.org`, cluster).step).toEqual({ kind: "keep" });
    expect(told(below, cluster)).toMatchObject({ phase: "OK", parent: "coyote-org" });
  });

  test("a primary below it takes one write, which names the new authority", () => {
    const nested = claim("marvin-org/m", "m.acme.org");
    const { namespace: held, name, uid } = acme;
    const authority = { kind: "delegation" as const, host: "acme.org" as Host, namespace: held, name, uid };
    const cluster = { claims: [accepting, acme, nested], records: [...records, heldBy(nested, { authority })] };
    expect(decide("m.acme.org", cluster).step).toMatchObject({
      ...{ kind: "update", authority: { kind: "delegation", namespace: "coyote-org", uid: accepting.uid } },
    });
  });

  test("but a wildcard is not newly claimed by way of that, and goes when nothing is shared any more", () => {
    const any = claim("acme-org/any", "acme.org", { sub: "*" });
    expect(told(any, { claims: [accepting, acme, any], records }).reason).toBe("NotDelegated");
    const alone = { ...accepting, delegates: [] };
    const cluster = { claims: [alone, acme, any], records: [takenBy(alone, { grants: [] }), heldBy(any)] };
    expect(decide("*.acme.org", cluster).step).toMatchObject({ kind: "release", reason: "NotDelegated" });
  });

  test("a parent means only those who handed it on to the one that has it now", () => {
    const below = claim("marvin-org/m", "acme.org", { sub: "m", parent: "acme-org" });
    const taken = takenBy(accepting);
    const cluster = (givers: readonly string[]): Cluster => ({
      claims: [accepting, below],
      records: [{ ...taken, holder: heldBy(accepting, { givers: givers.map((name) => grant(name)) }).holder }],
    });
    expect(told(below, cluster(["evil", "acme-org"])).reason).toBe("Deciding");
    expect(told(below, cluster([])).reason).toBe("DomainNotFound");
  });
});

test("N4: who handed a host over is told where it is, and waits for it only when it hands it over no longer", () => {
  const records = [takenBy(accepting)];
  expect(told(acme, { claims: [accepting, acme], records })).toMatchObject({ phase: "Failed", reason: "Transferred" });
  expect(told(acme, { claims: [accepting, acme], records }).message).toContain("in namespace coyote-org");
  const late = { ...acme, transferTo: undefined };
  expect(told(late, { claims: [accepting, late], records }).reason).toBe("Transferred");

  const { holder: _, ...rest } = takenBy(accepting);
  const free = { ...rest, holder: undefined, grants: [] };
  expect(decide("acme.org", { claims: [acme, impatient], records: [free] }).step).toMatchObject({
    ...{ kind: "acquire", claim: { namespace: "evil" } },
  });
  expect(decide("acme.org", { claims: [acme], records: [free] }).step).toEqual({ kind: "keep" });
  expect(decide("acme.org", { claims: [late], records: [free] }).step).toMatchObject({ kind: "acquire" });
});

test("N4: what has been taken back can't be accepted, whatever the record still says", () => {
  const back = { ...acme, transferTo: undefined };
  const cluster = { claims: [back, accepting], records: [offeredBy(acme)] };
  expect(told(accepting, cluster).reason).toBe("AlreadyClaimed");
});

test("N4: a host can be handed back", () => {
  const back = { ...acme, transferTo: undefined, acceptFrom: "coyote-org" };
  const giving = { ...accepting, transferTo: "acme-org" };
  const cluster = { claims: [giving, back], records: [{ ...offeredBy(giving), history: takenBy(giving).history }] };
  expect(decide("acme.org", cluster).step).toMatchObject({ kind: "handOver", claim: { namespace: "acme-org" } });
  expect(told(back, cluster).reason).toBe("Deciding");
});

/** The record of a host that the claim held, kept for its namespace. */
function keptAfter(owner: Claim): HostRecord {
  const { holder, ...record } = heldBy(owner);
  if (holder === undefined) throw new Error("nobody holds it");
  const { since: _, ...last } = holder;
  return { ...record, holder: undefined, redemption: { ...last, until: "2026-04-04T12:35:42Z" } };
}

test("N4: a claim that is made anew in its redemption has the host back, though it is to be handed over", () => {
  const again = { ...acme, uid: "uid-again" };
  const by = { ...settings, redemptionMs: 600_000 };
  const cluster = { claims: [again, accepting], records: [keptAfter(acme)] };
  expect(decide("acme.org", cluster, by).step).toMatchObject({ kind: "acquire", claim: { uid: "uid-again" } });
  expect(told(accepting, cluster, by).reason).toBe("InRedemption");
});

test("N4: nor does an older claim of the other kind, which may not have the host back, hold it up", () => {
  const shop = claim("acme-org/shop", "shop.acme.org", { transferTo: "coyote-org" });
  const shared = { ...shop, name: "shared", uid: "uid-shared", primary: acme.primary, sub: "shop" };
  const older = { ...shared, created: "2020-01-01T00:00:00Z" };
  const cluster = { claims: [older, { ...shop, uid: "uid-again" }], records: [keptAfter(shop)] };
  const by = { ...settings, redemptionMs: 600_000 };
  expect(decide("shop.acme.org", cluster, by).step).toMatchObject({ kind: "acquire", claim: { uid: "uid-again" } });
});

test("N4: holder and receiver are told how a transfer stands", () => {
  const about = (cluster: Cluster): string | undefined =>
    told(acme, { claims: [acme], records: [offeredBy(acme)], ...cluster }).conditions.find(
      ({ type }) => type === "TransferPending",
    )?.reason;
  expect(about({})).toBe("AwaitingAcceptance");
  expect(about({ namespaces: [namespace("acme-org"), namespace("coyote-org", "uid-2")] })).toBe("StaleTransfer");
  expect(about({ namespaces: [namespace("acme-org")], records: [heldBy(acme)] })).toBe("NamespaceNotFound");
  const waiting = { ...accepting, acceptFrom: undefined };
  const message = told(waiting, { claims: [acme, waiting], records: [offeredBy(acme)] }).message;
  expect(message).toContain("kubectl domain accept acme.org -n coyote-org");
});

test("N4: before a host goes to a namespace that another's wildcard would be served for, its guard stands", () => {
  const top = claim("acme-org/top", "example.org");
  const any = claim("acme-org/any", "example.org", { sub: "*" });
  const www = claim("acme-org/www", "www.example.org", { transferTo: "coyote-org" });
  const into = claim("coyote-org/www", "www.example.org", { acceptFrom: "acme-org" });
  const state = world({
    namespaces,
    claims: [top, any, www, into],
    records: [heldBy(top), heldBy(any), offeredBy(www)],
  });
  const live = { namespaces: ["acme-org"], guard: false };
  state.setKong({ synced: true, preFunction: true });
  state.setLive("*.example.org" as Host, live);
  state.setLive("www.example.org" as Host, live);
  const step = (): HostDecision => decideHost(new Facts(state), settings, "www.example.org" as Host);
  expect(step()).toMatchObject({
    serving: "acme-org",
    guardFor: { namespace: "coyote-org" },
    step: { kind: "wait", for: "guard" },
  });
  state.setLive("www.example.org" as Host, { ...live, guard: true });
  expect(step()).toMatchObject({ serving: "acme-org", step: { kind: "handOver" } });
});
