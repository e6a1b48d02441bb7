import type { DomainSpec } from "@domain-claims/crds/generated/domain";
import { afterAll, beforeAll, expect, test } from "vitest";
import { concurrently } from "../support/concurrently.ts";
import { paths } from "../support/world/objects.ts";
import { eventually } from "./support/eventually.ts";
import { kongAdmin } from "./support/kong.ts";
import { domain, ingress, primary, shared } from "./support/objects.ts";
import type { Manifest } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { visitor } from "./support/visitor.ts";

let story: Story;
let acme: Team;
let coyote: Team;
let mallory: Team;

beforeAll(async () => {
  story = await startStory();
  [acme, coyote, mallory] = await story.teams("acme-org", "coyote-org", "mallory-org");
  await Promise.all([acme.site(), coyote.site()]);
});

afterAll(() => story.stop());

/** A primary claim that redirects its host. */
function redirecting(host: string, to: string, more: Partial<DomainSpec["redirect"]> = {}): Manifest {
  return domain(host, { primary: host, redirect: { host: to, ...more } });
}

/** Where a visitor of `host/path` is sent: `308 http://...`, or the gateway's status alone. */
async function sentFrom(host: string, path = "/"): Promise<string> {
  const { status, headers } = await story.request({ host, path });
  return headers.location === undefined ? String(status) : `${String(status)} ${headers.location}`;
}

/** Milliseconds within which a thousand claims are decided. */
const decidedMs = 300_000;

/** Waits until a visitor of `host/path` is sent there. */
async function sends(url: string, answer: string, limit?: number): Promise<void> {
  const [host = "", ...path] = url.split("/");
  await eventually(async () => expect(await sentFrom(host, `/${path.join("/")}`), url).toBe(answer), limit);
}

test("N1: a team sends the visitors of a host to another one, path and query as they came, and takes that back", async () => {
  await acme.apply(primary("acme.example"), shared("www.acme.example"), ingress("www", ["www.acme.example"]));
  await story.serves("www.acme.example", "acme-org/web");
  const { code, stdout } = await acme.domain("redirect", "www.acme.example", "--to", "acme.example", "--code", "301");
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout:
      "domain.platform.koli.io/www.acme.example configured\nwww.acme.example: requests are redirected to http://acme.example (301)\n",
  });
  // The command goes by Kong's Admin API: a worker of a Kong with a period takes it over a little later.
  for (const path of ["/", "/a//b/../c?x=%26&&y", "/%0d%0aSet-Cookie:a=b", "/?"])
    await sends(`www.acme.example${path}`, `301 http://acme.example${path}`);
  // Whoever holds the other host can't have a certificate for this one.
  await sends("www.acme.example/.well-known/acme-challenge/token?x", "404");
  expect(await acme.must("wait", "--for=condition=Ready", "domain/www.acme.example", "--timeout=150s")).toContain(
    "met",
  );
  await acme.decided("www.acme.example", { phase: "OK", stage: "Redirecting" });
  await acme.told("Ingress", "www", { type: "Warning", reason: "HostRedirected" });
  expect((await acme.domain("explain", "ingress/www")).stdout).toContain(
    "kubectl domain redirect www.acme.example --off",
  );
  expect(await acme.must("domain", "list", "-o", "wide")).toMatch(/www\.acme\.example .*Redirecting +acme\.example/);

  await acme.must("domain", "redirect", "www.acme.example", "--off");
  await story.serves("www.acme.example", "acme-org/web");
  await acme.decided("www.acme.example", { stage: "Live" });
});

test("N1: between being served and being redirected there is no moment without an answer", async () => {
  await acme.apply(primary("gap.example"), ingress("gap", ["gap.example"], { paths: [{}, { path: "/deep" }] }));
  await story.serves("gap.example/deep", "acme-org/web");
  const visits = await visitor(story, "gap.example/");
  await acme.must("domain", "redirect", "gap.example", "--to", "acme.example");
  await sends("gap.example", "308 http://acme.example/");
  expect(await visits.leave()).toEqual(["acme-org/web", "308 redirecting"]);
  await sends("gap.example/deep", "308 http://acme.example/deep");
});

test("N1: a chain is one hop within a namespace, follows a change of its end, and ends at a host of another one", async () => {
  await acme.apply(
    redirecting("one.example", "two.example"),
    redirecting("two.example", "three.example", { statusCode: 302 }),
    redirecting("three.example", "four.example"),
  );
  await coyote.apply(redirecting("five.example", "three.example"));
  await sends("one.example", "307 http://four.example/");
  await sends("two.example", "302 http://four.example/");
  await sends("five.example", "308 http://three.example/");
  await acme.must("domain", "redirect", "three.example", "--to", "www.example.com", "--keep-path=false");
  await sends("one.example", "307 http://www.example.com/");
  expect(await sentFrom("one.example", "/x?y")).toBe("307 http://www.example.com/");
  await sends("five.example", "308 http://three.example/");
});

test("H4, L2b: a wildcard redirects names of one label more, and never one that somebody else holds", async () => {
  await acme.apply(primary("wild.example", { delegates: ["coyote-org"] }));
  await acme.decided("wild.example", { phase: "OK" });
  await coyote.apply(shared("shop.wild.example", { parent: "acme-org" }));
  await coyote.decided("shop.wild.example", { phase: "OK" });
  const watched = await visitor(story, "shop.wild.example/");
  await acme.must("domain", "claim", "*.wild.example");
  await acme.must("domain", "redirect", "*.wild.example", "--to", "wild.example");
  await sends("any.wild.example", "308 http://wild.example/");
  expect(await sentFrom("two.any.wild.example")).toBe("404");
  expect(await watched.leave()).toEqual([nobody]);
});

test("O2: mallory claims the host outside that acme's visitors are sent to, leads back, and takes nothing", async () => {
  await acme.apply(redirecting("out.example", "www.partner.com"));
  await sends("out.example", "308 http://www.partner.com/");
  await acme.nextSecond("out.example");
  const visits = await visitor(story, "out.example/");
  await mallory.apply(redirecting("www.partner.com", "out.example"));
  await mallory.decided("www.partner.com", { phase: "OK" });
  await mallory.condition("www.partner.com", "Programmed", { status: "False", reason: "RedirectCircle" });
  expect(await story.visit("www.partner.com")).toBe(nobody);
  expect(await visits.leave()).toEqual(["308 redirecting"]);
  const { code, stderr } = await mallory.domain("redirect", "www.partner.com", "--to", "out.example", "--code=302");
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("RedirectCircle: the redirect leads in a circle: www.partner.com -> out.example -> www.partner.com") as string }); // prettier-ignore
});

test("N1: two teams that make circles at once leave none: one of each two is refused", async () => {
  const pairs = Array.from(
    { length: 10 },
    (_, i) => [`a${String(i)}.circle.test`, `b${String(i)}.circle.test`] as const,
  );
  await Promise.all([
    acme.apply(...pairs.map(([a, b]) => redirecting(a, b))),
    mallory.apply(...pairs.map(([a, b]) => redirecting(b, a))),
  ]);
  await eventually(async () => {
    for (const [a, b] of pairs) {
      const reasons = [await acme.claim(a), await mallory.claim(b)].map(
        (claim) => claim?.status?.conditions?.find(({ type }) => type === "Programmed")?.reason,
      );
      expect(reasons.sort()).toEqual(["RedirectCircle", "Redirecting"]);
    }
  });
  for (const pair of pairs)
    await eventually(async () => {
      const answers = await Promise.all(pair.map((host) => sentFrom(host)));
      expect(answers.filter((answer) => answer.startsWith("308"))).toHaveLength(1);
    });
});

test("X1: a chain of a thousand holds up nobody: the last hundred are one hop each, the others are told why not", async () => {
  const [long, { api }] = [await story.team("long-org"), story.cluster];
  const name = (i: number): string => `l${String(i)}.long.test`;
  const chain = Array.from({ length: 1_000 }, (_, i) => redirecting(name(i), name(i + 1))).reverse();
  const others = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) {
      await acme.apply(redirecting(`meanwhile${String(i)}.example`, "acme.example"));
      await sends(`meanwhile${String(i)}.example`, "308 http://acme.example/");
    }
  };
  await Promise.all([concurrently(32, chain, (one) => api.must("POST", paths.domains("long-org"), one)), others()]);
  await sends(name(900), `308 http://${name(1_000)}/`, decidedMs);
  await sends(name(999), `308 http://${name(1_000)}/`);
  for (const i of [0, 450, 899])
    await eventually(async () => {
      const ready = (await long.claim(name(i)))?.status?.conditions?.find(({ type }) => type === "Ready");
      expect(ready).toMatchObject({ status: "False", reason: "RedirectTooLong" });
    }, decidedMs);
  await sends(name(0), "404");
  await long.must("domain", "redirect", name(999), "--to", "end.long.test");
  await sends(name(900), "308 http://end.long.test/");
});

test("a redirect that flaps ends as it was left last, with nothing left over in Kong", async () => {
  await mallory.apply(primary("flap.example"));
  for (let i = 0; i < 15; i++)
    await mallory.patch("domain", "flap.example", { spec: { redirect: i % 2 === 0 ? { host: `f${String(i)}.example` } : null } }); // prettier-ignore
  await sends("flap.example", "308 http://f14.example/");
  await mallory.patch("domain", "flap.example", { spec: { redirect: null } });
  await story.serves("flap.example", nobody);
  const kong = kongAdmin(story);
  await eventually(async () => {
    const left = (await kong.tagged("services")).filter(({ name }) => name?.includes("flap.example"));
    expect([left, await kong.routesOf("flap.example")]).toEqual([[], []]);
  });
});

test("what is no host is refused by the API server, and a reserved one is only led to", async () => {
  for (const host of [
    "*.acme.example",
    "acme.example:8443",
    "acme.example/x",
    'a.example"..os.exit()',
    "a.example\r\nX: y",
  ]) {
    const said = await mallory.refused(redirecting("odd.example", host));
    expect(said, host).toMatch(/redirect/);
  }
  expect(await mallory.refused(redirecting("odd.example", "odd.example"))).toContain("the host that this claim is for");
  await mallory.apply(redirecting("reserved.example", "kubernetes.default.svc.cluster.local"));
  await sends("reserved.example", "308 http://kubernetes.default.svc.cluster.local/");
});
