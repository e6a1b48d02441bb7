import { describe, expect, test } from "vitest";
import { decideClaim } from "../../src/decide/claim.ts";
import type { Settings } from "../../src/decide/settings.ts";
import { Facts } from "../../src/world/facts.ts";
import type { Claim } from "../../src/world/claim.ts";
import type { Cluster } from "../support/builders.ts";
import { claim, grant, heldBy, namespace, settings, world } from "../support/builders.ts";

const acme = claim("acme-org/acme", "acme.org");
const shares = (...delegates: string[]): Claim => claim("acme-org/acme", "acme.org", { delegates });
const marvin = claim("marvin-org/marvin", "acme.org", { sub: "marvin", parent: "acme-org" });
const nested = claim("coyote-org/coyote", "coyote.acme.org");
const delegated = { kind: "delegation", host: "acme.org", namespace: "acme-org", name: "acme", uid: acme.uid } as never;
const carved = Array.from({ length: 101 }, (_, i) => claim(`coyote-org/${String(i)}`, `n${String(i)}.acme.org`));

interface Row {
  readonly about: Claim;
  readonly in: Cluster;
  readonly settings?: Partial<Settings>;
  readonly phase: string;
  readonly reason: string;
  readonly message: RegExp | string;
}

const rows: Readonly<Record<string, Row>> = {
  "a free host is pending until the register has it": {
    about: acme,
    in: { claims: [acme] },
    phase: "Pending",
    reason: "Deciding",
    message: "acme.org is free and is being taken for this claim",
  },
  "the claim that the register names holds the host": {
    about: acme,
    in: { claims: [acme], records: [heldBy(acme)] },
    phase: "OK",
    reason: "Held",
    message: "acme.org is held by acme-org",
  },
  "H2: a primary that is not canonical is refused with the canonical form": {
    about: claim("a/b", "ACME.org"),
    in: {},
    phase: "Failed",
    reason: "InvalidHost",
    message: /spec\.primary: .*acme\.org/,
  },
  "H2: people see the U-label beside the A-label": {
    about: claim("a/b", "xn--bcher-kva.example"),
    in: {},
    phase: "Pending",
    reason: "Deciding",
    message: /xn--bcher-kva\.example \(bücher\.example\)/,
  },
  "H3: a public suffix can't be claimed": {
    about: claim("a/b", "co.uk"),
    in: {},
    phase: "Failed",
    reason: "PublicSuffix",
    message: /co\.uk is a public suffix/,
  },
  "H3: nor can a private one": {
    about: claim("a/b", "github.io"),
    in: {},
    phase: "Failed",
    reason: "PublicSuffix",
    message: /github\.io/,
  },
  "H3: an administrator may allow a suffix": {
    about: claim("a/b", "github.io"),
    in: {},
    settings: { allowedSuffixes: ["github.io"] },
    phase: "Pending",
    reason: "Deciding",
    message: /github\.io is free/,
  },
  "H4: a sub with a dot is refused": {
    about: claim("a/b", "acme.org", { sub: "wile.coyote" }),
    in: {},
    phase: "Failed",
    reason: "InvalidHost",
    message: /spec\.sub/,
  },
  "H4: the namespace that holds the primary may claim its wildcard": {
    about: claim("acme-org/any", "acme.org", { sub: "*" }),
    in: { claims: [acme], records: [heldBy(acme)] },
    phase: "Pending",
    reason: "Deciding",
    message: /\*\.acme\.org is free/,
  },
  "H4: a delegate may not claim the wildcard": {
    about: claim("marvin-org/any", "acme.org", { sub: "*", parent: "acme-org" }),
    in: { claims: [shares("*")], records: [heldBy(acme)] },
    phase: "Failed",
    reason: "NotDelegated",
    message: /wildcard, which only acme-org/,
  },
  "H4: a wildcard deeper than Kong's priorities reach is refused": {
    about: claim("a/b", "a.b.c.d.e.f.g.h", { sub: "*" }),
    in: {},
    phase: "Failed",
    reason: "WildcardUnsupported",
    message: /more than 7 labels/,
  },
  "H5: the cluster's own names are reserved": {
    about: claim("a/b", "web.default.svc.cluster.local"),
    in: {},
    phase: "Failed",
    reason: "ReservedName",
    message: /reserved by the administrator \(\*\.cluster\.local\)/,
  },
  "H5: a holder keeps a name that is reserved later": {
    about: acme,
    in: { claims: [acme], records: [heldBy(acme)] },
    settings: { reservedNames: ["acme.org"] },
    phase: "OK",
    reason: "Held",
    message: /held by acme-org/,
  },
  "O2: a second claim for the host is told who holds it": {
    about: claim("coyote-org/mine", "acme.org", { created: "2020-01-01T00:00:00Z" }),
    in: { claims: [acme], records: [heldBy(acme)] },
    phase: "Failed",
    reason: "AlreadyClaimed",
    message: /held by the primary claim acme in namespace acme-org/,
  },
  "a shared claim for a host that a primary holds is told so": {
    about: claim("acme-org/shared", "acme.org", { sub: "coyote" }),
    in: { claims: [acme, nested], records: [heldBy(acme), heldBy(nested)] },
    phase: "Failed",
    reason: "AlreadyClaimed",
    message: /the primary claim coyote in namespace coyote-org/,
  },
  "AlreadyClaimed is said before ParentClaimed": {
    about: claim("third/x", "coyote.acme.org"),
    in: { claims: [acme, nested], records: [heldBy(acme), heldBy(nested)] },
    phase: "Failed",
    reason: "AlreadyClaimed",
    message: /coyote-org/,
  },
  "O3: a primary below another namespace's primary is refused": {
    about: nested,
    in: { claims: [acme], records: [heldBy(acme)] },
    phase: "Failed",
    reason: "ParentClaimed",
    message:
      /lies below acme\.org, which namespace acme-org holds.*kubectl domain share acme\.org --with coyote-org -n acme-org/,
  },
  "O3: unless that namespace is a delegate": {
    about: nested,
    in: {
      claims: [shares("coyote-org")],
      records: [heldBy(acme, {}, [grant("coyote-org")])],
      namespaces: [namespace("coyote-org")],
    },
    phase: "Pending",
    reason: "Deciding",
    message: /free/,
  },
  "O3: the nearest enclosing primary decides: if it is the own namespace's, nothing above matters": {
    about: claim("coyote-org/deep", "deep.coyote.acme.org"),
    in: { claims: [acme, nested], records: [heldBy(acme), heldBy(nested)] },
    phase: "Pending",
    reason: "Deciding",
    message: /free/,
  },
  "O3: a Failed primary does not enclose": {
    about: claim("x/deep", "deep.coyote.acme.org"),
    in: { claims: [nested], records: [] },
    phase: "Pending",
    reason: "Deciding",
    message: /free/,
  },
  "O3: a shared claim does not enclose: who has a share of the primary may have names below it": {
    about: claim("coyote-org/x", "x.marvin.acme.org"),
    in: {
      claims: [shares("coyote-org", "marvin-org"), marvin],
      records: [heldBy(acme, {}, [grant("coyote-org"), grant("marvin-org")]), heldBy(marvin)],
      namespaces: [namespace("coyote-org"), namespace("marvin-org")],
    },
    phase: "Pending",
    reason: "Deciding",
    message: /free/,
  },
  "O3: a primary above names of others is granted, and told of them": {
    about: acme,
    in: { claims: [acme, nested], records: [heldBy(acme), heldBy(nested)] },
    phase: "OK",
    reason: "Held",
    message: "acme.org is held by acme-org; 1 name below it stays with its holder: coyote.acme.org (coyote-org)",
  },
  "X1: a primary above names of others without end is told that they are many": {
    about: acme,
    in: { claims: [acme, ...carved], records: [acme, ...carved].map((one) => heldBy(one)) },
    phase: "OK",
    reason: "Held",
    message: "acme.org is held by acme-org; more than 100 names below it stay with their holders",
  },
  "a carve-out is never lost to an enclosing primary that comes later": {
    about: nested,
    in: { claims: [acme, nested], records: [heldBy(acme), heldBy(nested)] },
    phase: "OK",
    reason: "Held",
    message: /held by coyote-org/,
  },
  "one granted by delegation fails when the delegation goes": {
    about: nested,
    in: { claims: [acme, nested], records: [heldBy(acme), heldBy(nested, { authority: delegated })] },
    phase: "Failed",
    reason: "ParentClaimed",
    message: /does not share with coyote-org/,
  },
  "one granted by delegation stands on its own when nothing encloses it any more": {
    about: nested,
    in: { claims: [nested], records: [heldBy(nested, { authority: delegated })] },
    phase: "OK",
    reason: "Held",
    message: /held by coyote-org/,
  },
  "O4: without a primary a shared claim is not found": {
    about: marvin,
    in: {},
    phase: "Failed",
    reason: "DomainNotFound",
    message: /^no primary acme\.org in acme-org, marvin-org or kong-system that marvin-org may use/,
  },
  "O4: found but not shared": {
    about: marvin,
    in: { claims: [acme], records: [heldBy(acme)] },
    phase: "Failed",
    reason: "NotDelegated",
    message:
      /held by namespace acme-org, which does not share it.*kubectl domain share acme\.org --with marvin-org -n acme-org/,
  },
  "O4: found and shared": {
    about: marvin,
    in: {
      claims: [shares("marvin-org")],
      records: [heldBy(acme, {}, [grant("marvin-org")])],
      namespaces: [namespace("marvin-org")],
    },
    phase: "Pending",
    reason: "Deciding",
    message: /marvin\.acme\.org is free/,
  },
  "O4: without parent, another namespace's primary is not searched": {
    about: claim("marvin-org/marvin", "acme.org", { sub: "marvin" }),
    in: { claims: [shares("*")], records: [heldBy(acme)] },
    phase: "Failed",
    reason: "DomainNotFound",
    message: /namespace acme-org holds it: with parent acme-org it is found/,
  },
  "O4: the system namespace is searched without parent": {
    about: claim("marvin-org/marvin", "apps.example", { sub: "marvin" }),
    in: (() => {
      const system = claim("kong-system/apps", "apps.example", { delegates: ["*"] });
      return { claims: [system], records: [heldBy(system)] };
    })(),
    phase: "Pending",
    reason: "Deciding",
    message: /free/,
  },
  "O4: in the own namespace no delegation is needed": {
    about: claim("acme-org/www", "acme.org", { sub: "www" }),
    in: { claims: [acme], records: [heldBy(acme)] },
    phase: "Pending",
    reason: "Deciding",
    message: /free/,
  },
  "O5: a shared claim fails when its primary is being deleted": {
    about: marvin,
    in: {
      claims: [claim("acme-org/acme", "acme.org", { deleting: true, delegates: ["*"] }), marvin],
      records: [heldBy(acme), heldBy(marvin)],
    },
    phase: "Failed",
    reason: "DomainNotFound",
    message: /no primary acme\.org/,
  },
  "O6: a shared claim never authorises anything": {
    about: claim("x/y", "marvin.acme.org", { sub: "z", parent: "marvin-org" }),
    in: { claims: [marvin, shares("*")], records: [heldBy(marvin), heldBy(acme)] },
    phase: "Failed",
    reason: "DomainNotFound",
    message: /no primary marvin\.acme\.org/,
  },
  "O7: a grant does not pass to a namespace created again": {
    about: marvin,
    in: {
      claims: [shares("marvin-org")],
      records: [heldBy(acme, {}, [{ namespace: "marvin-org", uid: "uid-of-the-first" }])],
      namespaces: [namespace("marvin-org")],
    },
    phase: "Failed",
    reason: "NotDelegated",
    message: /shared acme\.org with an earlier namespace named marvin-org, which is gone/,
  },
  "O8: a status that a tenant wrote decides nothing": {
    about: claim("coyote-org/mine", "acme.org", { status: { phase: "OK" } as never }),
    in: { claims: [acme], records: [heldBy(acme)] },
    phase: "Failed",
    reason: "AlreadyClaimed",
    message: /acme-org/,
  },
  "a claim that is being deleted releases": {
    about: claim("acme-org/acme", "acme.org", { deleting: true }),
    in: { records: [heldBy(acme)] },
    phase: "Pending",
    reason: "Releasing",
    message: /routes of acme\.org are leaving Kong/,
  },
};

describe("a claim's phase, reason and message", () => {
  for (const [name, row] of Object.entries(rows)) {
    test(name, () => {
      const claims = [...(row.in.claims ?? []).filter((other) => other.uid !== row.about.uid), row.about];
      const facts = new Facts(world({ ...row.in, claims }));
      const { phase, reason, message } = decideClaim(facts, { ...settings, ...row.settings }, row.about);
      expect({ phase, reason }).toEqual({ phase: row.phase, reason: row.reason });
      expect(message).toMatch(row.message);
    });
  }
});
