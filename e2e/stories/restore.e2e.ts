import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { afterAll, beforeAll, expect, test } from "vitest";
import { docBlock } from "../support/doc-blocks.ts";
import { eventually } from "./support/eventually.ts";
import { domain, ingress, primary, shared } from "./support/objects.ts";
import { nobody, startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import { documents } from "../support/documents.ts";

// Rule N6: a backup of one cluster, restored into another, where every namespace and claim has a new UID; by the commands
// of docs/restore.md.

const namespaces = ["aaa-mallory", "acme-org", "coyote-org"] as const;
const sites = { "acme.example": "acme-org", "shop.acme.example": "coyote-org", "own.acme.example": "coyote-org" };
/** What is under way when the backup is made: a host that is offered to coyote-org, and a rename that waits for a certificate. */
const underWay = { "given.example": "acme-org", "old.example": "acme-org", "new.example": "acme-org" };
const hosts = Object.keys(sites);

/** The objects of a backup, as `kubectl domain export` writes them. */
interface Backup {
  readonly text: string;
  readonly items: readonly { readonly kind: string }[];
}

let backup: Backup;
let story: Story;

beforeAll(async () => {
  const before = await startStory();
  try {
    const [mallory, acme, coyote] = await before.teams(...namespaces);
    await acme.site();
    await acme.apply(primary("acme.example", { delegates: ["coyote-org"] }), ingress("web", ["acme.example"]));
    await acme.decided("acme.example", { phase: "OK" });
    await coyote.apply(shared("shop.acme.example", { parent: "acme-org" }), primary("own.acme.example"));
    await mallory.apply(primary("acme.example"), primary("late.acme.example"));
    for (const host of ["shop.acme.example", "own.acme.example"]) await coyote.decided(host, { phase: "OK" });
    await mallory.decided("late.acme.example", { reason: "ParentClaimed" });
    await before.serves("acme.example", "acme-org/web");
    await acme.apply(
      ...[primary("given.example"), primary("old.example"), ingress("old", ["old.example"])],
      domain("new.example", { primary: "new.example", renames: "old.example", certificate: { policy: "Always" } }),
    );
    await acme.decided("given.example", { phase: "OK" });
    await acme.must("domain", "transfer", "given.example", "--to", "coyote-org");
    await acme.decided("new.example", { stage: "RenameHTTPS" });
    await before.script(docBlock("restore.md", "sh", "> domains.yaml"));
    const text = readFileSync(join(before.dataDir, "domains.yaml"), "utf8");
    backup = { text, items: (load(text) as Backup).items };
    // While the one is there, this is another one.
    story = await startStory({ controller: false });
  } finally {
    await before.stop();
  }
  writeFileSync(join(story.dataDir, "domains.yaml"), backup.text);
});

afterAll(() => story.stop());

/** Who holds what, by namespace and name, and by UID. */
async function holders(): Promise<readonly (readonly [string, string | undefined, string | undefined])[]> {
  const records = await story.records();
  return records.map(({ spec: { host, holder } }) => [host, holder?.namespace, holder?.uid] as const);
}

async function create(items: Backup["items"]): Promise<void> {
  const { code, stderr } = await story.kubectl(["create", "-f", "-"], { input: documents(items) });
  expect(code, stderr).toBe(0);
}

test("N6: restored in alphabetical order, a stranger's waiting claim first, nobody's host changes hands; adopted, it is served", async () => {
  const [mallory, acme, coyote] = await story.teams(...namespaces);
  const records = backup.items.filter(({ kind }) => kind === "HostRecord");
  const claims = backup.items.filter(({ kind }) => kind === "Domain");
  // Velero's order: domains before hostrecords; the controller is not there yet.
  await create(claims);
  await create(records);
  await Promise.all([acme, coyote].map((team) => team.site()));
  await acme.apply(ingress("web", ["acme.example"]));
  await coyote.apply(ingress("web", ["shop.acme.example", "own.acme.example"]));
  const restored = await holders();
  const all = { ...sites, ...underWay };
  expect(restored.map(([host, namespace]) => [host, namespace]).sort()).toEqual(Object.entries(all).sort());

  await story.startController();
  for (const host of ["acme.example", "late.acme.example"]) await mallory.decided(host, { reason: "NotAdopted" });
  await acme.decided("acme.example", { phase: "Failed", reason: "NotAdopted" });
  await coyote.decided("shop.acme.example", { reason: "NotAdopted" });
  const { message } = await coyote.decided("own.acme.example", { reason: "NotAdopted" });
  expect(message).toContain("kubectl domain adopt");
  expect(await holders()).toEqual(restored);
  for (const host of hosts) expect(await story.visit(host), host).toBe(nobody);

  // Who is no administrator adopts nothing.
  const adopt = ["domain", "adopt", "-f", "-"];
  const refused = await mallory.kubectl([...adopt, "--yes"], { input: backup.text });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("forbidden");
  const asVeleroHasIt = docBlock("restore.md", "sh", "> register.yaml");
  const [dryRun = "", forGood = ""] = docBlock("restore.md", "sh", "adopt --filename domains.yaml").split("\n");
  for (const script of [asVeleroHasIt, dryRun])
    expect(await story.script(script)).toMatch(/acme\.example +acme-org\/acme\.example +primary/);
  expect(await holders()).toEqual(restored);

  // Nobody is there who could be asked.
  await story.script(`${forGood} --yes`);
  for (const [host, namespace] of Object.entries(sites)) {
    await story.serves(host, `${namespace}/web`);
    await story.heldBy(host, `${namespace}/${host}`);
  }
  await mallory.decided("acme.example", { phase: "Failed", reason: "AlreadyClaimed" });
  await mallory.decided("late.acme.example", { phase: "Failed", reason: "ParentClaimed" });
  const again = await story.kubectl([...adopt, "--yes"], { input: backup.text });
  expect(again.stdout).toBe("nothing is left to adopt\n");
});

test("N6: what was under way goes on: a rename waits where it did, and a host that was offered can be accepted", async () => {
  const namespaceOf = (host: string): readonly string[] => ["-n", "acme-org", `domain/${host}`];
  const waited = await story.kubectl(["wait", ...namespaceOf("new.example"), "--for=jsonpath={.status.stage}=RenameHTTPS", "--timeout=150s"]); // prettier-ignore
  expect(waited.code, waited.stderr).toBe(0);
  const old = (await story.record("old.example"))?.spec.holder;
  const now = (await story.record("new.example"))?.spec.holder;
  expect(old?.renamedTo).toMatchObject({ host: "new.example", uid: now?.uid });
  expect(old?.renamedTo?.done).toBeUndefined();
  expect((await story.record("given.example"))?.spec.transfer?.uid).toBe(await story.uidOf("coyote-org"));
  const accepted = await story.kubectl(["domain", "accept", "given.example", "-n", "coyote-org", "--timeout=150s"]);
  expect(accepted.code, accepted.stderr).toBe(0);
  await story.heldBy("given.example", "coyote-org/given.example");
});

test("N6: adopted hosts are this cluster's: taken back and released as any other", async () => {
  const { code, stderr } = await story.kubectl(["domain", "unshare", "acme.example", "--with", "coyote-org", "--yes"], {
    namespace: "acme-org",
  });
  expect(code, stderr).toBe(0);
  await story.serves("shop.acme.example", nobody);
  await story.serves("own.acme.example", nobody);
  await story.serves("acme.example", "acme-org/web");
});

test("N6: into a cluster whose controller runs, the backup goes as it is written: the register comes before the claims", async () => {
  for (const namespace of namespaces) await story.kubectl(["delete", "domain", "--all", "-n", namespace]);
  await story.kubectl(["delete", "hostrecord", "--all"]);
  expect(await story.records()).toEqual([]);
  await story.script(docBlock("restore.md", "sh", "kubectl create --filename"));
  const restored = await holders();
  for (const [host, namespace] of Object.entries({ ...sites, ...underWay })) await notAdopted(namespace, host);
  await notAdopted("aaa-mallory", "acme.example");
  expect(await holders()).toEqual(restored);
  await story.script(docBlock("restore.md", "sh", "delete hostrecord").replace("old.example.com", "acme.example"));
  const [, , freed] = restored.find(([host]) => host === "acme.example") ?? [];
  await eventually(async () =>
    expect([undefined, freed]).not.toContain((await story.record("acme.example"))?.spec.holder?.uid),
  );
});

test("N6: where the register alone is lost, a controller does not run before it is back, and nobody's host goes to who waits for it", async () => {
  const [early, late] = await story.teams("early-org", "late-org");
  await Promise.all([early.site(), late.site()]);
  await early.apply(primary("lost.example"));
  await early.decided("lost.example", { phase: "OK" });
  await early.apply(primary("lost.example", { name: "waits" }));
  await early.must("domain", "transfer", "lost.example", "--to", "late-org");
  await late.must("domain", "accept", "lost.example");
  await late.apply(ingress("lost", ["lost.example"]));
  await story.serves("lost.example", "late-org/web");
  await story.script("kubectl domain export --all-namespaces > now.yaml");

  await story.killController("SIGTERM");
  await story.kubectl(["delete", "hostrecord", "--all"]);
  const said = await story.startController().then(
    async ([controller]) => {
      await eventually(() => expect(controller?.ended()).toBe("exit code 1"));
      return controller?.log() ?? "";
    },
    (error: unknown) => String(error),
  );
  expect(said).toMatch(
    /register says nothing of any of their hosts: .*lost\.example.*if the register was lost, restore it/,
  );
  expect(await story.records()).toEqual([]);
  expect(await story.visit("lost.example")).toBe("late-org/web");

  const adopt = docBlock("restore.md", "sh", "adopt --filename domains.yaml").split("\n")[1] ?? "";
  await story.script(`${adopt.replace("domains.yaml", "now.yaml")} --yes --ignore-missing`);
  await story.startController();
  await story.heldBy("lost.example", "late-org/lost.example");
  await story.serves("lost.example", "late-org/web");
  await early.decided("waits", { phase: "Failed", reason: "AlreadyClaimed" });
});

/** Waits until the namespace's claim of the host is told that an administrator has to adopt the register. */
async function notAdopted(namespace: string, host: string): Promise<void> {
  const claim = ["-n", namespace, `domain/${host}`];
  const { code, stderr } = await story.kubectl([
    "wait",
    ...claim,
    "--for=jsonpath={.status.reason}=NotAdopted",
    "--timeout=150s",
  ]);
  expect(code, stderr).toBe(0);
}
