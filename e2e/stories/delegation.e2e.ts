import { afterAll, beforeAll, expect, test } from "vitest";
import { domain, ingress, primary, shared } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";
import { visitor } from "./support/visitor.ts";

let story: Story;
let acme: Team;
let coyote: Team;
let marvin: Team;
let system: Team;

beforeAll(async () => {
  story = await startStory();
  [acme, coyote, marvin] = await story.teams("acme-org", "coyote-org", "marvin-org");
  system = await story.team("kong-system", "platform");
  await Promise.all([acme.site(), coyote.site(), marvin.site()]);
});

afterAll(() => story.stop());

const unshare = async (host: string, namespace: string): Promise<void> => {
  await acme.must("domain", "unshare", host, "--with", namespace, "--yes");
};

test("O4: a shared claim finds its primary in parent, in the own and in the system namespace", async () => {
  await acme.apply(primary("o4.example", { delegates: ["coyote-org"] }), shared("own.o4.example"));
  await acme.decided("own.o4.example", { phase: "OK", parent: "acme-org" });
  await coyote.apply(shared("with-parent.o4.example", { parent: "acme-org" }), shared("without.o4.example"));
  await coyote.decided("with-parent.o4.example", { phase: "OK", parent: "acme-org" });
  const { message } = await coyote.decided("without.o4.example", { phase: "Failed", reason: "DomainNotFound" });
  expect(message).toContain("no primary o4.example in coyote-org or kong-system that coyote-org may use");
  expect(message).toContain("with parent acme-org it is found");
  await coyote.patch("domain", "without.o4.example", { spec: { parent: "acme-org" } });
  await coyote.decided("without.o4.example", { phase: "OK", parent: "acme-org" });
});

test("O4: the system namespace's primaries are open to every namespace they are delegated to, without parent", async () => {
  await system.apply(primary("platform.example", { delegates: ["coyote-org"] }));
  await system.decided("platform.example", { phase: "OK" });
  await coyote.apply(shared("coyote.platform.example"));
  await coyote.decided("coyote.platform.example", { phase: "OK", parent: "kong-system" });
  await marvin.apply(shared("marvin.platform.example"));
  await marvin.decided("marvin.platform.example", { phase: "Failed", reason: "NotDelegated", parent: "kong-system" });
});

test("O4: in the own namespace no delegation is needed; anywhere else the primary must name the namespace, or *", async () => {
  await acme.apply(
    primary("named.example"),
    primary("open.example", { delegates: ["*"] }),
    shared("www.named.example"),
  );
  await acme.decided("www.named.example", { phase: "OK" });
  await coyote.apply(
    shared("c.named.example", { parent: "acme-org" }),
    shared("c.open.example", { parent: "acme-org" }),
  );
  const { message } = await coyote.decided("c.named.example", { phase: "Failed", reason: "NotDelegated" });
  expect(message).toContain("kubectl domain share named.example --with coyote-org -n acme-org");
  await coyote.decided("c.open.example", { phase: "OK" });
});

test("O4: what was not found or not delegated is decided again the moment the missing thing appears", async () => {
  await coyote.apply(shared("shop.soon.example", { parent: "acme-org" }), ingress("soon", ["shop.soon.example"]));
  await coyote.decided("shop.soon.example", { phase: "Failed", reason: "DomainNotFound" });
  await acme.apply(primary("soon.example"));
  await coyote.decided("shop.soon.example", { phase: "Failed", reason: "NotDelegated" });
  await acme.must("domain", "share", "soon.example", "--with", "coyote-org");
  await coyote.decided("shop.soon.example", { phase: "OK" });
  await story.serves("shop.soon.example", "coyote-org/web");
});

test("O4: kubectl domain claim fills in parent from the register", async () => {
  await acme.apply(primary("typed.example", { delegates: ["coyote-org"] }));
  await acme.decided("typed.example", { phase: "OK" });
  await coyote.must("domain", "claim", "shop.typed.example");
  expect((await coyote.claim("shop.typed.example"))?.spec).toEqual({
    primary: "typed.example",
    sub: "shop",
    parent: "acme-org",
  });
});

test("O4: delegates that name the own namespace, and a parent that is it, change nothing", async () => {
  await acme.apply(
    primary("self.example", { delegates: ["acme-org"] }),
    shared("www.self.example", { parent: "acme-org" }),
  );
  await acme.decided("self.example", { phase: "OK" });
  await acme.decided("www.self.example", { phase: "OK", parent: "acme-org" });
});

test("O5: revoking a delegate decides every claim below again at once, and their routes go", async () => {
  await acme.apply(primary("o5.example", { delegates: ["coyote-org", "marvin-org"] }));
  await acme.decided("o5.example", { phase: "OK" });
  await coyote.apply(
    shared("c1.o5.example", { parent: "acme-org" }),
    primary("c2.o5.example"),
    ingress("o5", ["c1.o5.example", "c2.o5.example"]),
  );
  await marvin.apply(shared("m.o5.example", { parent: "acme-org" }), ingress("o5", ["m.o5.example"]));
  for (const host of ["c1", "c2"]) await story.serves(`${host}.o5.example`, "coyote-org/web");
  await story.serves("m.o5.example", "marvin-org/web");
  const customer = await visitor(story, "m.o5.example");
  await unshare("o5.example", "coyote-org");
  for (const host of ["c1", "c2"]) await story.serves(`${host}.o5.example`, nobody);
  await coyote.decided("c1.o5.example", { phase: "Failed", reason: "NotDelegated" });
  await coyote.decided("c2.o5.example", { phase: "Failed", reason: "ParentClaimed" });
  expect(await customer.leave()).toEqual(["marvin-org/web"]);
});

test("O5: deleting a primary takes the shared claims below it down", async () => {
  await acme.apply(primary("o5b.example", { delegates: ["coyote-org"] }), shared("www.o5b.example"));
  await acme.decided("www.o5b.example", { phase: "OK" });
  await coyote.apply(shared("c.o5b.example", { parent: "acme-org" }), ingress("o5b", ["c.o5b.example"]));
  await story.serves("c.o5b.example", "coyote-org/web");
  await acme.must("domain", "release", "o5b.example", "--yes");
  await story.serves("c.o5b.example", nobody);
  await coyote.decided("c.o5b.example", { phase: "Failed", reason: "DomainNotFound" });
  await acme.decided("www.o5b.example", { phase: "Failed", reason: "DomainNotFound" });
  await story.heldBy("c.o5b.example", "");
  expect((await story.record("c.o5b.example"))?.spec.history?.[0]).toMatchObject({ reason: "DomainNotFound" });
});

test("O5: a primary that lives below another by delegation fails with it, and so does everything below it", async () => {
  await acme.apply(primary("chain.example", { delegates: ["coyote-org"] }));
  await acme.decided("chain.example", { phase: "OK" });
  await coyote.apply(primary("c.chain.example", { delegates: ["marvin-org"] }));
  await coyote.decided("c.chain.example", { phase: "OK" });
  await marvin.apply(shared("m.c.chain.example", { parent: "coyote-org" }), ingress("chain", ["m.c.chain.example"]));
  await story.serves("m.c.chain.example", "marvin-org/web");
  await unshare("chain.example", "coyote-org");
  await story.serves("m.c.chain.example", nobody);
  await coyote.decided("c.chain.example", { phase: "Failed", reason: "ParentClaimed" });
  await marvin.decided("m.c.chain.example", { phase: "Failed", reason: "DomainNotFound" });
  await acme.must("domain", "share", "chain.example", "--with", "coyote-org");
  await story.serves("m.c.chain.example", "marvin-org/web");
});

test("O6: delegates on a shared claim and parent on a primary are refused with a sentence that says why", async () => {
  expect(await acme.refused(domain("o6", { primary: "o6.example", sub: "a", delegates: ["coyote-org"] }))).toContain(
    "delegates is for a primary claim only: a shared claim authorises nobody else",
  );
  expect(await acme.refused(domain("o6", { primary: "o6.example", parent: "coyote-org" }))).toContain(
    "parent is for a shared claim only: it says where to look for the primary",
  );
});

test("O6: a shared claim never authorises anything else", async () => {
  await acme.apply(primary("o6.example", { delegates: ["coyote-org"] }));
  await acme.decided("o6.example", { phase: "OK" });
  await coyote.apply(shared("c.o6.example", { parent: "acme-org" }), shared("x.c.o6.example"));
  await coyote.decided("c.o6.example", { phase: "OK" });
  await coyote.decided("x.c.o6.example", { phase: "Failed", reason: "DomainNotFound" });
  await marvin.apply(shared("x.c.o6.example", { parent: "coyote-org" }), primary("y.c.o6.example"));
  await marvin.decided("x.c.o6.example", { phase: "Failed", reason: "DomainNotFound" });
  await marvin.decided("y.c.o6.example", { phase: "Failed", reason: "ParentClaimed", parent: "acme-org" });
});

test("O7: a namespace created again inherits neither the host nor a grant, and sharing again takes one command", async () => {
  const guest = await story.team("guest-org", "guest");
  await guest.site();
  await acme.apply(primary("o7.example", { delegates: ["guest-org"] }), primary("o7all.example", { delegates: ["*"] }));
  await acme.decided("o7.example", { phase: "OK" });
  await guest.apply(
    shared("g.o7.example", { parent: "acme-org" }),
    primary("guests.example"),
    ingress("o7", ["g.o7.example", "guests.example"]),
  );
  await story.serves("g.o7.example", "guest-org/web");
  await story.serves("guests.example", "guest-org/web");
  await coyote.apply(primary("guests.example"));
  await coyote.decided("guests.example", { reason: "AlreadyClaimed" });

  await story.kubectl(["delete", "namespace", "guest-org"]);
  await acme.condition("o7.example", "DelegatesResolved", { status: "False", reason: "StaleGrant" });
  await coyote.decided("guests.example", { phase: "OK" });
  await story.serves("g.o7.example", nobody);

  const stranger = await story.team("guest-org", "stranger");
  await stranger.apply(
    shared("g.o7.example", { parent: "acme-org" }),
    shared("g.o7all.example", { parent: "acme-org" }),
    primary("guests.example"),
  );
  const { message } = await stranger.decided("g.o7.example", { phase: "Failed", reason: "NotDelegated" });
  expect(message).toContain("shared o7.example with an earlier namespace named guest-org, which is gone");
  await stranger.decided("guests.example", { phase: "Failed", reason: "AlreadyClaimed" });
  // All namespaces are meant by *, whenever they were created.
  await stranger.decided("g.o7all.example", { phase: "OK" });

  await acme.must("domain", "share", "o7.example", "--with", "guest-org");
  await stranger.decided("g.o7.example", { phase: "OK" });
  await acme.condition("o7.example", "DelegatesResolved", { status: "True" });
});

test("O7: a delegate's name is bound to the first namespace of that name, which may come later than the grant", async () => {
  await acme.apply(primary("o7c.example", { delegates: ["newcomer-org"] }));
  await acme.condition("o7c.example", "DelegatesResolved", { status: "False", reason: "NamespaceNotFound" });
  const newcomer = await story.team("newcomer-org", "newcomer");
  await newcomer.apply(shared("n.o7c.example", { parent: "acme-org" }));
  await newcomer.decided("n.o7c.example", { phase: "OK" });
  await acme.condition("o7c.example", "DelegatesResolved", { status: "True", reason: "Bound" });
  const uid = await story.uidOf("newcomer-org");
  expect((await story.record("o7c.example"))?.spec.grants).toEqual([{ namespace: "newcomer-org", uid }]);
});
