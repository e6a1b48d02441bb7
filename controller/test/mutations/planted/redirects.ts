import type { PlantedBug } from "./bug.ts";
import { pass, plan, redirects } from "./caught-by.ts";

/** Bugs in where a host is redirected. */
export const redirectsBugs: readonly PlantedBug[] = [
  {
    name: "redirects of one namespace that lead in a circle are written as far as they come",
    file: "controller/src/decide/redirect.ts",
    from: "if (passed.has(at.host)) {",
    to: "if (passed.has(at.host)) return { redirect: hops.reduce(inOneHop), hops: 0, next: undefined }; if (passed.size < 0) {",
    caughtBy: redirects("in a circle of one namespace, or into one"),
  },
  {
    name: "redirects of several namespaces may lead in a circle",
    file: "controller/src/decide/redirect.ts",
    from: "(way.next === undefined ? undefined : circleBack(facts, { host, claim }, way.next)) ?? way.redirect",
    to: "way.redirect",
    caughtBy: redirects("no circle is left, whoever holds what"),
  },
  {
    name: "a redirect is lost to whoever claims where it leads, and leads back",
    file: "controller/src/decide/redirect.ts",
    from: "if (!isHeldLonger(facts, first.host, start.host)) return undefined;",
    to: "",
    caughtBy: pass("redirect", "O2: a redirect stays when somebody claims the host that it leads to"),
  },
  {
    name: "a redirect leads on by way of another namespace's",
    file: "controller/src/decide/redirect.ts",
    from: "if (next?.claim.namespace !== claim.namespace) return",
    to: "if (next === undefined) return",
    caughtBy: redirects("no further than to a host of another namespace"),
  },
  {
    name: "a redirect for good leads through one for a while, and stays one for good",
    file: "controller/src/decide/redirect.ts",
    from: "isForGood(next.statusCode) ? first.statusCode :",
    to: "isForGood(first.statusCode) ? first.statusCode :",
    caughtBy: redirects("in the first one's way, and for a while if one of them is"),
  },
  {
    name: "a wildcard that is only redirected counts as one that serves nothing",
    file: "controller/src/decide/guard.ts",
    from: "(host !== anyHost && redirectingClaim(facts, host) !== undefined) ||",
    to: "",
    caughtBy: redirects("L2b: a wildcard that is only redirected still has others' names below it guarded"),
  },
  {
    name: "a host whose redirect is refused falls back to its Ingresses",
    file: "controller/src/plan/host.ts",
    from: "asked !== undefined\n      ? besideRedirect",
    to: "asked?.ok === true\n      ? besideRedirect",
    caughtBy: plan("redirect", "where the redirect can't be, and its Ingresses are told as much"),
  },
  {
    name: "a redirect's service leads somewhere while its function is not in effect",
    file: "controller/src/plan/kong/redirect-service.ts",
    from: "host: nowhere,",
    to: "host,",
    caughtBy: plan("redirect", "X6: a redirect's route leads nowhere without its plugin"),
  },
  {
    name: "a host's next holder answers with its last one's redirect until the function is in effect",
    file: "controller/src/plan/kong/redirect-service.ts",
    from: '"redirect-service", host, uid)',
    to: '"redirect-service", host)',
    caughtBy: plan("redirect", "X6: another claim for the host has another service"),
  },
  {
    name: "a wildcard's redirect answers for names of any depth",
    file: "controller/src/plan/kong/redirect.ts",
    from: "wildcard ? `${oneLabelOnly(host)} ${answer}` : answer",
    to: "answer",
    caughtBy: {
      file: "controller/test/kong/redirect-in-kong.test.ts",
      test: "H4: a wildcard is redirected for names of one label more",
    },
  },
  {
    name: "what is known of a host's routes is told of a redirect that came after it",
    file: "controller/src/decide/claim-conditions.ts",
    from: "return redirectedBy === (redirect === undefined ? undefined : generation);",
    to: "return redirectedBy === redirectedBy || redirect !== undefined || generation > 0;",
    caughtBy: { file: "controller/test/decide/ready.test.ts", test: "while what is known is of the time before" },
  },
  {
    name: "whoever has the host that a redirect leads to can answer challenges for the host itself",
    file: "controller/src/plan/kong/redirect.ts",
    from: "kong.request.get_path_with_query() ${unlessChallenge}`",
    to: "kong.request.get_path_with_query()`",
    caughtBy: plan("redirect", "path and query as they came, or the root of the other host, and for challenges"),
  },
  {
    name: "routes whose Ingresses are gone stay for as long as nothing can take their place",
    file: "controller/src/plan/standby.ts",
    from: 'if (!facts.isStayOver(host)) return "all";',
    to: 'return "all";',
    caughtBy: pass("standby", "L4: a route whose Ingress is gone goes after a minute"),
  },
];
