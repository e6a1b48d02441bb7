import type { PlantedBug } from "./bug.ts";
import { pass, plan } from "./caught-by.ts";

const stages = pass("rename", "goes through its stages by itself and loses no request");

/** Bugs in how a host takes the place of another. */
export const renamesBugs: readonly PlantedBug[] = [
  {
    name: "that a redirect serves nothing, as it leads in a circle, is told in no event",
    file: "controller/src/apply/kube/claim-events.ts",
    from: '  "RedirectCircle",\n',
    to: "",
    caughtBy: pass("redirect", "N1: a redirect that leads in a circle is told in an event"),
  },
  {
    name: "an old name gives way before the gateway has shown the new one",
    file: "controller/src/decide/rename-progress.ts",
    from: 'if (!facts.isInEffect(host)) return { kind: "unproved" };',
    to: "",
    caughtBy: stages,
  },
  {
    name: "an old name gives way before the gateway has shown what answers with the redirect",
    file: "controller/src/decide/rename-progress.ts",
    from: 'if (isReady) return { kind: "ready" };',
    to: 'return { kind: "ready" };',
    caughtBy: {
      file: "controller/test/decide/rename.test.ts",
      test: "then that the old name gives way, when the new one and the redirect to it are in effect",
    },
  },
  {
    name: "what was shown counts still when somebody has removed it",
    file: "controller/src/reconcile/in-effect.ts",
    from: "if (standby === undefined || !lacksStandby(context, standby)) return false;",
    to: "if (standby === undefined || standby.name !== host) return false;",
    caughtBy: pass("standby", "L7, N2: what was shown and somebody removed from Kong"),
  },
  {
    name: "what the gateway has shown of a host counts for what is written later",
    file: "controller/src/apply/kong/publish-live.ts",
    from: "context.state.setRewritten(host);",
    to: "",
    caughtBy: pass("in-effect", "a path that takes the place of another is shown"),
  },
  {
    name: "what was written for another host counts as shown, since it was not written for this one",
    file: "controller/src/reconcile/in-effect.ts",
    from: "if (before !== undefined && !sameJson(before, now)) state.setRewritten(host);",
    to: "",
    caughtBy: pass("in-effect", "so is a Service's other way to be spoken to"),
  },
  {
    name: "an Ingress that names an old name which is somebody else's is told nothing of the new one",
    file: "controller/src/plan/source.ts",
    from: "for (const name of refusal === undefined ? [host, ...names] : names) {",
    to: "for (const name of refusal === undefined ? [host, ...names] : []) {",
    caughtBy: pass("handed-over-names", "the old one, 40000 ms after it began, is the receiver's"),
  },
  {
    name: "a new name is told nothing of what could not be read of its paths under the old one",
    file: "controller/src/plan/summary.ts",
    from: "|| names.some((name) => name === of)",
    to: "|| names[0] === of",
    caughtBy: plan("summary", "X8: what a source says for a name of before counts for the new one"),
  },
  {
    name: "an alias is told nothing of what could not be read of the paths that it would have",
    file: "controller/src/plan/summary.ts",
    from: "(isAlias && of !== anyHost) ||",
    to: "(isAlias && of === anyHost) ||",
    caughtBy: plan("summary", "X8: a path that can't be read counts for the aliases"),
  },
  {
    name: "what answers with a redirect goes with the route, and not after it",
    file: "controller/src/reconcile/new-context.ts",
    from: "parts.proof.whenProved(`service ${id}`, look);",
    to: "look();",
    caughtBy: pass("rename", "is undone when the new claim is deleted"),
  },
  {
    name: "a claim that redirects its host takes the place of another all the same",
    file: "controller/src/decide/rename-under-way.ts",
    from: "return !deleting && redirect === undefined;",
    to: "return !deleting;",
    caughtBy: pass("rename", "back is a redirect of the new claim"),
  },
  {
    name: "a new name is given away while the old one leads to it",
    file: "controller/src/decide/host.ts",
    from: 'if (end.reason === "Deleted" && isLedTo(facts, record.host, holder)) return { kind: "wait", for: "routes" };',
    to: "",
    caughtBy: pass("rename-attacks", "N-d: a new name that is given up is nobody else's"),
  },
  {
    name: "a host is replaced that has yet to take the place of an older name",
    file: "controller/src/decide/rename.ts",
    from: "return underWay === undefined || (underWay.claim.uid === claim.uid && underWay.to.done === undefined);",
    to: "return false;",
    caughtBy: pass("rename-rows", "no name is passed by"),
  },
  {
    name: "what names the old host wins against what names the new one",
    file: "controller/src/plan/asked.ts",
    from: "[host, ...names].flatMap(sourcesAs)",
    to: "[...names, host].flatMap(sourcesAs)",
    caughtBy: pass("rename-attacks", "one that names the new host itself wins"),
  },
  {
    name: "paths that are not served under the new name hold nothing up",
    file: "controller/src/plan/rename.ts",
    from: "lacking.filter((path) => !served.has(path)).length",
    to: "lacking.filter(() => false).length",
    caughtBy: pass("rename-attacks", "what a host serves more than its namespace may have"),
  },
  {
    name: "an old name redirects for ever, whatever its time is",
    file: "controller/src/decide/rename-under-way.ts",
    from: "redirectForMs !== undefined && facts.isOver(",
    to: "redirectForMs === -1 && facts.isOver(",
    caughtBy: pass("rename", "leaves nothing behind the old name when its time is over"),
  },
  {
    name: "a redirect that is over stays where what would take its place can't be had, and the name that it leads to with it",
    file: "controller/src/apply/kong/program.ts",
    from: "(isRedirect(before) && !isRedirect(route))",
    to: "(isRedirect(before) && isRedirect(route))",
    caughtBy: pass("rename-attacks", "is free also where the old name's own route can't be had"),
  },
  {
    name: "a claim that names itself as the one it renames is written about for ever",
    file: "controller/src/decide/rename.ts",
    from: "const old = renames === name ? undefined : facts.claim(",
    to: "const old = facts.claim(",
    caughtBy: { file: "controller/test/decide/rename.test.ts", test: "a claim that names itself replaces nothing" },
  },
];
