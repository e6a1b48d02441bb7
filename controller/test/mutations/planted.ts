/** A bug that somebody could write, and the test that has to notice it. */
export interface PlantedBug {
  readonly name: string;
  /** Below the checkout. */
  readonly file: string;
  /** What stands there once, and what it becomes. */
  readonly from: string;
  readonly to: string;
  /** The test file, and a part of the name of the test that fails. */
  readonly caughtBy: { readonly file: string; readonly test: string };
}

const histories = { file: "controller/test/model/histories.test.ts", test: "no random history breaks an invariant" };
const pass = (theme: string, test: string): PlantedBug["caughtBy"] => ({
  file: `controller/test/pass/${theme}.test.ts`,
  test,
});
const plan = (theme: string, test: string): PlantedBug["caughtBy"] => ({
  file: `controller/test/plan/${theme}.test.ts`,
  test,
});
const translate = (theme: string, test: string): PlantedBug["caughtBy"] => ({
  file: `controller/test/translate/${theme}.test.ts`,
  test,
});
const claims = (test: string): PlantedBug["caughtBy"] => ({ file: "controller/test/decide/claim.test.ts", test });

const redemption = (test: string): PlantedBug["caughtBy"] => ({
  file: "controller/test/decide/redemption.test.ts",
  test,
});

/** The bugs that are planted one by one by run.ts. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: "what was not released goes to whoever waits for it",
    file: "controller/src/decide/host.ts",
    from: "if (onlyFor !== undefined && claim.namespace !== onlyFor.namespace) continue;",
    to: "if (onlyFor?.namespace === claim.uid) continue;",
    caughtBy: histories,
  },
  {
    name: "a name that is kept for its last holder encloses nothing",
    file: "controller/src/decide/eligibility.ts",
    from: 'if (by.kind === "kept" && by.last.kind === "primary")',
    to: 'if (by.kind === "kept" && by.last.kind !== "primary")',
    caughtBy: histories,
  },
  {
    name: "a claim that is being deleted encloses nothing, though its name will be kept",
    file: "controller/src/decide/eligibility.ts",
    from: 'return end.keptMs > 0 ? { kind: "kept", last: holder, until: undefined } : { kind: "free" };',
    to: 'return { kind: "free" };',
    caughtBy: redemption("N5: a claim that is being deleted encloses what lies below it"),
  },
  {
    name: "every deletion is taken for a release",
    file: "controller/src/decide/eligibility.ts",
    from: "keptMs: isGivenUp(claim) ? 0 : settings.redemptionMs",
    to: "keptMs: claim.deleting ? 0 : settings.redemptionMs",
    caughtBy: redemption("N5: a claim that is deleted leaves its host kept"),
  },
  {
    name: "a namespace that the watch does not show is taken for gone, and its redemption with it",
    file: "controller/src/apply/kube/fresh-reads.ts",
    from: "if ((await kube.namespaceUid(namespace)) === namespaceUid)",
    to: 'if ((await kube.namespaceUid(namespace)) === "")',
    caughtBy: pass("redemption", "N5: that a namespace is gone is believed only of the API server itself"),
  },
  {
    name: "the record is written without its precondition",
    file: "controller/src/kube/api.ts",
    from: "const body = recordBody(spec, { uid, resourceVersion });",
    to: "const body = recordBody(spec, { uid, resourceVersion: undefined as never });",
    caughtBy: { file: "controller/test/kube/api.test.ts", test: "record" },
  },
  {
    name: "a stale cache is believed: an unknown holder counts as gone",
    file: "controller/src/decide/eligibility.ts",
    from: 'if (claim?.uid !== holder.uid) return "unknown";',
    to: 'if (claim?.uid !== holder.uid) return { reason: "Deleted", keptMs: 0 };',
    caughtBy: pass("ownership", "O2a: a holder that a stale cache does not know keeps its host"),
  },
  {
    name: "a change of holder under way is forgotten",
    file: "controller/src/decide/host.ts",
    from: "if (pending === undefined) return undefined;",
    to: 'if (pending?.uid !== "") return undefined;',
    caughtBy: pass("ownership", "O5: while it is not known whether a release took effect"),
  },
  {
    name: "a record that is being written is no matter for the names below it",
    file: "controller/src/decide/host.ts",
    from: "(above) => facts.reads.has(factKeys.record(above)) && facts.pendingWrite(above) !== undefined,",
    to: "() => false as boolean,",
    caughtBy: {
      file: "controller/test/decide/under-way.test.ts",
      test: "O3: what is held below a record that is being written is not lost",
    },
  },
  {
    name: "claims that wait are judged equalIgnoring, whatever parent they name",
    file: "controller/src/decide/eligibility.ts",
    from: "return parent === sharedFrom.namespace ?",
    to: "return parent === sharedFrom.namespace && namespace === parent ?",
    caughtBy: {
      file: "controller/test/decide/waiting.test.ts",
      test: "O2: a free host goes to the oldest claim that may",
    },
  },
  {
    name: "a share that is written counts for nothing new",
    file: "controller/src/world/claims.ts",
    from: 'claim, "status", "resourceVersion")',
    to: 'claim, "status", "resourceVersion", "delegates")',
    caughtBy: { file: "controller/test/reconcile/items-for.test.ts", test: "a share is a changed fact" },
  },
  {
    name: "the cache of a new leader is believed, though it lags",
    file: "controller/src/apply/kube/fresh-reads.ts",
    from: "of ancestors(host))",
    to: "of ancestors(host).slice(99))",
    caughtBy: pass("stale-caches", "O2a: a host is not taken away for a grant that is there"),
  },
  {
    name: "an entity with our id is changed without looking at its tag",
    file: "controller/src/apply/kong/entity.ts",
    from: "if (!found.ours)",
    to: "if (false as boolean)",
    caughtBy: pass("others-in-kong", "L5: an entity with our id but without our tag is left alone"),
  },
  {
    name: "a host that a foreign route names is programmed",
    file: "controller/src/plan/host.ts",
    from: "waitsForGuards || foreign !== undefined ? [] : served",
    to: "waitsForGuards ? [] : served",
    caughtBy: pass("foreign-hosts", "X5: a host that a foreign route names is programmed for nobody"),
  },
  {
    name: "a guard is written for a host that a foreign route names",
    file: "controller/src/plan/host.ts",
    from: "foreign === undefined && guardFor !== undefined &&",
    to: "guardFor !== undefined &&",
    caughtBy: pass("foreign-hosts", "X5: nor is a guard written for it where the wildcard is handed over"),
  },
  {
    name: "any value of the label hands foreign hosts over",
    file: "controller/src/decide/foreign.ts",
    from: '?.labels[foreignHostsLabel] === "allowed"',
    to: "?.labels[foreignHostsLabel] !== undefined",
    caughtBy: pass("foreign-hosts", "X5: the label of the namespace hands a host over"),
  },
  {
    name: "a wildcard may cover what foreign routes name",
    file: "controller/src/apply/kong/host-patterns.ts",
    from: "return isWildcard(host) ? (this.#below.get(host.slice(2)) ?? this.#behind) : undefined;",
    to: "return isWildcard(anyHost) ? this.#behind : undefined;",
    caughtBy: pass("foreign-hosts", "X5: a wildcard of others keeps every name below it"),
  },
  {
    name: "a wildcard goes live before the names of others are guarded",
    file: "controller/src/plan/host.ts",
    from: "routes: unsupported || waitsForGuards || foreign !== undefined ? [] : served,",
    to: "routes: unsupported || foreign !== undefined ? [] : served,",
    caughtBy: pass("wildcards", "L2b: a wildcard waits for as long as a guard below it can't be written"),
  },
  {
    name: "a host below a live wildcard is given away before its guard stands",
    file: "controller/src/decide/host.ts",
    from: 'if (guardNeed(facts, settings, host, guardFor.guardFor) !== "none" && !facts.live(host).guard) {',
    to: "if (false as boolean) {",
    caughtBy: pass("wildcards", "L2b: a wildcard that goes live while a host below it is being taken"),
  },
  {
    name: "guard routes are left out",
    file: "controller/src/plan/host.ts",
    from: "guard: guarded ? guardFor : undefined,",
    to: "guard: undefined,",
    caughtBy: pass("wildcards", "L2b: a host that somebody else holds is guarded before a wildcard goes live"),
  },
  {
    name: "the finalizer goes before the routes",
    file: "controller/src/decide/claim.ts",
    from: "finished: !holds && !intended",
    to: "finished: true",
    caughtBy: pass("live", "a claim, an Ingress, a route: from nothing to live, and away again"),
  },
  {
    name: "a host is released while its routes are in Kong",
    file: "controller/src/decide/host.ts",
    from: 'if (!clear || facts.kong.unproved === true) return { kind: "wait", for: "routes" };',
    to: "if (false as boolean) throw new Error();",
    caughtBy: histories,
  },
  {
    name: "an Ingress's host is compared as it is written",
    file: "controller/src/translate/ingress.ts",
    from: "if (read.ok) return [read.host];",
    to: "if (read.ok) return [text as Host];",
    caughtBy: {
      file: "controller/test/plan/host.test.ts",
      test: "a host in capitals or with a trailing dot is the same host",
    },
  },
  {
    name: "a shared claim authorises another",
    file: "controller/src/decide/eligibility.ts",
    from: "above.claim.sub !== undefined || !searched",
    to: "!searched",
    caughtBy: claims("O6: a shared claim never authorises anything"),
  },
  {
    name: "a grant is bound to a name",
    file: "controller/src/decide/delegation.ts",
    from: 'return bound.uid === facts.namespace(namespace)?.uid ? "delegated" : "stale";',
    to: 'return "delegated";',
    caughtBy: claims("O7: a grant does not pass to a namespace created again"),
  },
  {
    name: "a delegate may take the wildcard",
    file: "controller/src/decide/eligibility.ts",
    from: 'if (claim.sub === "*") return refused',
    to: 'if (claim.sub === "") return refused',
    caughtBy: claims("H4: a delegate may not claim the wildcard"),
  },
  {
    name: "another namespace's Ingress is served",
    file: "controller/src/plan/source.ts",
    from: "if (serving === namespace) return undefined;",
    to: "if (serving !== undefined) return undefined;",
    caughtBy: pass("live", "L1: an Ingress with somebody else's host is told so, and its neighbours go on"),
  },
  {
    name: "a removal whose answer was lost is taken for one that failed",
    file: "controller/src/apply/kong/entity.ts",
    from: "error instanceof KongError && error.outcomeUnknown)",
    to: "error instanceof KongError && !error.outcomeUnknown)",
    caughtBy: pass("wildcards", "L2b: a guard whose removal had no answer is not taken for one that stands"),
  },
  {
    name: "a write whose answer was lost is taken for one that failed",
    file: "controller/src/apply/kong/entity.ts",
    from: "if (error.outcomeUnknown)",
    to: "if (error.outcomeUnknown && (false as boolean))",
    caughtBy: pass("kong-failures", "L4: a route whose creation had no answer"),
  },
  {
    name: "a carve-out is lost to a primary that comes later",
    file: "controller/src/decide/eligibility.ts",
    from: 'if (authority.kind === "none") return true;',
    to: 'if (authority.kind === "none") return false;',
    caughtBy: claims("a carve-out is never lost to an enclosing primary that comes later"),
  },
  {
    name: "who holds a host is decided again for each name that asks",
    file: "controller/src/decide/eligibility.ts",
    from: "return facts.once(holderNow, host, () => holderOf(facts, settings, host));",
    to: "return holderOf(facts, settings, host);",
    caughtBy: {
      file: "controller/test/decide/depth.test.ts",
      test: "a decision about a name thirty deep takes as many steps",
    },
  },
  {
    name: "a wildcard's service leads to the backend, so that its route serves without its plugin",
    file: "controller/src/plan/kong/cover.ts",
    from: "host: nowhere,",
    to: "host: service.host,",
    caughtBy: plan("fail-closed", "X6: a route for *.acme.org leads nowhere without its plugin"),
  },
  {
    name: "nowhere is somewhere: search domains are tried",
    file: "controller/src/plan/kong/cover.ts",
    from: '"nowhere.invalid."',
    to: '"nowhere.invalid"',
    caughtBy: plan("fail-closed", "X6: a guard leads nowhere without its plugin"),
  },
  {
    name: "a route for any host is written without the plugin that keeps it from others' hosts",
    file: "controller/src/plan/host.ts",
    from: "const unsupported = covering &&",
    to: "const unsupported = host !== anyHost && covering &&",
    caughtBy: plan("fail-closed", "X6: without the plugin no route for many hosts is written"),
  },
  {
    name: "a backend's name is a relative one",
    file: "controller/src/plan/kong/service.ts",
    from: ".svc.${settings.clusterDomain}.`",
    to: ".svc`",
    caughtBy: plan("fail-closed", "X4: a backend is named in full"),
  },
  {
    name: "an annotation that restricts is told, and the routes go live",
    file: "controller/src/plan/kept-out.ts",
    from: "!isIgnored(settings, annotation)",
    to: "false as boolean",
    caughtBy: plan("restrictions", "konghq.com/plugins on an Ingress"),
  },
  {
    name: "a Service's plugins are forgotten",
    file: "controller/src/plan/backend.ts",
    from: "!isIgnored(settings, annotation)",
    to: "false as boolean",
    caughtBy: plan("restrictions", "konghq.com/plugins on a Service"),
  },
  {
    name: "protocols that can't be read open both",
    file: "controller/src/translate/annotations.ts",
    from: 'if (name === "protocols") {',
    to: 'if (name === "") {',
    caughtBy: translate("ingress", "X6: protocols that can't be read restrict"),
  },
  {
    name: "a path of any length is kept",
    file: "controller/src/translate/ingress.ts",
    from: "Buffer.byteLength(written) > limits.pathBytes",
    to: "(false as boolean)",
    caughtBy: translate("ingress", "a path that is too long"),
  },
  {
    name: "a namespace that is not known may claim primaries",
    file: "controller/src/decide/spec.ts",
    from: "return labels !== undefined && matches",
    to: "return labels === undefined || matches",
    caughtBy: { file: "controller/test/decide/primaries.test.ts", test: "a namespace that is not known" },
  },
  {
    name: "each namespace that is gone keeps its released records",
    file: "controller/src/world/register.ts",
    from: "for (const record of released) this.#ofGone.set(record.host, record);",
    to: "for (const record of released.slice(released.length)) this.#ofGone.set(record.host, record);",
    caughtBy: pass("released", "O10: released records of namespaces that are gone share one allowance"),
  },
  {
    name: "a finalizer is removed without looking whether it is ours",
    file: "controller/src/kube/finalizers.ts",
    from: '{ op: "test", path, value: finalizer },',
    to: "",
    caughtBy: {
      file: "controller/test/kube/api.test.ts",
      test: "a finalizer of somebody else is never removed in place of ours",
    },
  },
  {
    name: "a claim that is too large is tried again at full speed",
    file: "controller/src/reconcile/claim.ts",
    from: 'if (!(error instanceof KubeError) || error.kind !== "tooLarge") throw error;',
    to: 'if (!(error instanceof KubeError) || error.kind === "tooLarge") throw error;',
    caughtBy: pass("too-large", "a claim that is too large for its status"),
  },
  {
    name: "the history of a host is flushed by taking and releasing it",
    file: "controller/src/apply/kube/history.ts",
    from: "counts.get(namespace) === most);",
    to: "counts.get(namespace) !== 0);",
    caughtBy: { file: "controller/test/apply/history.test.ts", test: "pushes out nobody's past but its own" },
  },
  {
    name: "a claim is ready although a path of its host is refused",
    file: "controller/src/decide/ready.ts",
    from: 'if (refused === undefined) return held("Live",',
    to: 'if ((true as boolean)) return held("Live",',
    caughtBy: { file: "controller/test/decide/ready.test.ts", test: "Routing, when a part is refused" },
  },
  {
    name: "refusals take more of a status than they may",
    file: "controller/src/plan/bounded.ts",
    from: "if (size > room) break;",
    to: "",
    caughtBy: plan("summary", "X1: a status has room for ten sources"),
  },
  {
    name: "a problem that is solved is not told",
    file: "controller/src/reconcile/told-source.ts",
    from: "const resolved = solved.length === 0 ? []",
    to: "const resolved = solved.length >= 0 ? []",
    caughtBy: pass("answers", "X8: what is refused stands in the claim's status"),
  },
  {
    name: "claims of a namespace are not counted",
    file: "controller/src/decide/too-many.ts",
    from: "if (excess === undefined) return undefined;",
    to: 'if (excess?.of !== "waiting") return undefined;',
    caughtBy: pass("claim-bounds", "X1: of more claims than a namespace may have the oldest count"),
  },
  {
    name: "claims that wait are not counted",
    file: "controller/src/decide/too-many.ts",
    from: "if (excess === undefined) return undefined;",
    to: 'if (excess?.of !== "claims") return undefined;',
    caughtBy: pass("claim-bounds", "X1: of more claims that wait"),
  },
  {
    name: "a holder is too much, too",
    file: "controller/src/world/claim-bounds.ts",
    from: "if (place === undefined || holder?.uid === place.uid) return undefined;",
    to: "if (place === undefined) return undefined;",
    caughtBy: pass("claim-bounds", "X1: a holder keeps its host, whatever older claims come"),
  },
  {
    name: "paths of aliases are not counted",
    file: "controller/src/world/source-hosts.ts",
    from: "(aliases.has(host) ? named.length : 0)",
    to: "0",
    caughtBy: plan("bounds", "X1: host aliases times paths is counted before it is made"),
  },
  {
    name: "a host has as many paths as somebody writes",
    file: "controller/src/plan/host.ts",
    from: "paths.slice(0, room)",
    to: "paths",
    caughtBy: plan("bounds", "X1: a host has no more paths than the limit"),
  },
  {
    name: "a route is gone as soon as Kong says so",
    file: "controller/src/apply/kong/proof.ts",
    from: "for (const namespace of gone) if (!this.#isLeaving(host, namespace)) this.#mark(host).leaving.add(namespace);",
    to: "",
    caughtBy: pass("proof", "X3: a record is released, and the next one gets the host, only when"),
  },
  {
    name: "a guard stands as soon as Kong says so",
    file: "controller/src/apply/kong/proof.ts",
    from: "else if (!before.guard && !this.#isGuardUnproved(host)) this.#mark(host).guard = true;",
    to: "",
    caughtBy: pass("proof", "X3: a host below a live wildcard is given away only when its guard is proved"),
  },
  {
    name: "a new leader believes Kong's list",
    file: "controller/src/decide/host.ts",
    from: "if (!clear || facts.kong.unproved === true)",
    to: "if (!clear)",
    caughtBy: pass("proof", "X3: a new leader knows nothing of what the last one has just removed"),
  },
  {
    name: "a new leader believes that no wildcard is served which Kong does not list",
    file: "controller/src/decide/guard.ts",
    from: 'if (facts.kong.unproved !== true) return "none";',
    to: 'if (1 > 0) return "none";',
    caughtBy: pass("proof", "X3: a wildcard's route that was gone before a term began may be served still"),
  },
  {
    name: "a primary whose claim may be gone encloses nothing",
    file: "controller/src/decide/eligibility.ts",
    from: '(by.kind === "kept" || by.kind === "unknown")',
    to: '(by.kind === "kept")',
    caughtBy: {
      file: "controller/test/decide/redemption.test.ts",
      test: "N5: below a primary whose claim may be gone nobody gets anything",
    },
  },
  {
    name: "what has to leave Kong has no places of its own",
    file: "controller/src/reconcile/host.ts",
    from: "urgent: { is: hasSomethingLive,",
    to: "urgent: { is: () => false,",
    caughtBy: pass("fair", "X2: what has to leave Kong waits for nobody's routes"),
  },
];
