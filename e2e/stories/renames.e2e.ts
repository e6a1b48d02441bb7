import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { certificateAuthority } from "../support/pki.ts";
import { eventually } from "./support/eventually.ts";
import { certifiedNames } from "./support/handshake.ts";
import { kongAdmin } from "./support/kong.ts";
import { alone } from "./support/lone-controller.ts";
import { ingress, primary } from "./support/objects.ts";
import { probe } from "./support/prober.ts";
import type { Prober } from "./support/prober.ts";
import { startStory } from "./support/story.ts";
import type { Story } from "./support/story.ts";
import type { Team } from "./support/team.ts";

// Two nodes with two workers each, which take over what is written as a Kong does by its own settings.
const gatewayArgs = ["--nodes", "2", "--workers", "2", "--worker-state-update-frequency", "5", "--seed", "7"];

let story: Story;
let acme: Team;
let settings: readonly string[];
const folder = mkdtempSync(join(tmpdir(), "domain-claims-renames-"));
const paths = ["/", "/shop?x=%26"];
/** Milliseconds within which what was written is in effect everywhere, and a rename is over. */
const settled = 60_000;
const renamed = 150_000;

beforeAll(async () => {
  story = await startStory({ controller: 0, gatewayArgs: [...gatewayArgs, "--db-update-frequency", "5"] });
  settings = [...alone, "--proxy-url", story.nodeUrls.join(",")];
  await story.startController(1, settings);
  acme = await story.team("acme-org");
  await acme.site();
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await story.stop();
});

/** acme-org holds the host and serves it on every node. */
async function serves(host: string): Promise<void> {
  await acme.apply(primary(host), ingress(host, [host], { paths: [{}, { path: "/shop" }] }));
  const first = probe(story, host, paths);
  await eventually(() => expect(lately(first)).toEqual(new Set(["acme-org/web"])), settled);
  await first.stop();
}

/** The last answers of both nodes to all paths. */
function lately({ seen }: Prober): ReadonlySet<string> {
  return new Set(seen.slice(-60).map(({ answer }) => answer.replace(/\/shop.*$/, "/")));
}

/**
 * What was lost: whatever of the old name is neither the backend nor the redirect with the path as it came, and of the new
 * name whatever is not the backend once somebody was sent there.
 */
async function lost(old: Prober, now: Prober, location: string): Promise<readonly string[]> {
  const [answers, later] = [await old.stop(), await now.stop()];
  const isRedirect = (answer: string): boolean => answer.startsWith("308 ");
  const wrong = answers.filter(({ answer, path }) => answer !== "acme-org/web" && answer !== `308 ${location}${path}`);
  const since = Math.min(...answers.filter(({ answer }) => isRedirect(answer)).map(({ at }) => at));
  const missed = later.filter(({ at, answer }) => at > since && answer !== "acme-org/web");
  return [...wrong, ...missed].map(
    ({ at, answer, node }) => `${answer} at ${node}, ${String(Math.round(at - since))} ms`,
  );
}

const stageOf = async (host: string): Promise<string | undefined> => (await acme.claim(host))?.status?.stage;

test(
  "N2: a rename loses none of fifty requests a second on two nodes, though its controller is killed in each stage",
  { timeout: 400_000 },
  async () => {
    await serves("old.example");
    const [old, now] = [probe(story, "old.example", paths), probe(story, "new.example", paths)];
    const said = await acme.domain("rename", "old.example", "new.example", "--redirect-for", "90d", "--wait=false");
    expect(said.stdout).toContain("1. RenameRouting: new.example is held");
    for (const stages of [["RenameRouting"], ["RenameCleanup", "Live"]]) {
      await eventually(async () => expect(stages).toContain(await stageOf("new.example")), renamed);
      await story.killController();
      await story.startController(1, settings);
    }
    const waited = await acme.domain("rename", "old.example", "new.example", "--timeout", "150s");
    expect(waited.stdout).toMatch(/old\.example redirects to new\.example since .*, for 90 days\n$/);
    await eventually(() => expect(lately(old)).toEqual(new Set(["308 http://new.example/"])), settled);
    expect(await lost(old, now, "http://new.example")).toEqual([]);

    await acme.decided("new.example", { phase: "OK", stage: "Live" });
    await acme.decided("old.example", { phase: "OK", stage: "Redirecting" });
    expect(await acme.must("wait", "--for=condition=Renamed", "domain/new.example", "--timeout=10s")).toContain("met");
    await acme.told("Domain", "new.example", { type: "Normal", reason: "Renamed" });
    await acme.told("Ingress", "old.example", { type: "Normal", reason: "HostRenamed" });
    expect(await acme.addresses("old.example")).toBeDefined();
    expect(await acme.must("domain", "whois", "old.example")).toMatch(/renamed to +new\.example, since /);
    expect(await acme.must("domain", "whois", "old.example", "--names")).toMatch(/^new\.example .*now\nold\.example /m);
    expect(await acme.must("domain", "explain", "old.example")).toMatch(/Renamed to: +new\.example since /);
  },
);

test(
  "N2: with HTTPS the old name gives way when the new one has its certificate, and comes back when the rename is undone",
  { timeout: 400_000 },
  async () => {
    const authority = await certificateAuthority("renames");
    const secret = async (name: string, host: string): Promise<void> => {
      const { certificate, key } = await authority.issue({ commonName: host, hosts: [host], use: "server" });
      const files = [join(folder, `${name}.crt`), join(folder, `${name}.key`)] as const;
      writeFileSync(files[0], certificate);
      writeFileSync(files[1], key);
      await acme.must("create", "secret", "tls", name, `--cert=${files[0]}`, `--key=${files[1]}`);
    };
    await secret("old-tls", "safe.example");
    await serves("safe.example");
    await acme.apply(
      ingress("safe-tls", ["safe.example"], { paths: [{ path: "/tls" }], tls: [{ secretName: "old-tls" }] }),
    );
    await eventually(async () => expect(await certifiedNames(story, "safe.example")).toBe("DNS:safe.example"), settled);

    const [old, now] = [probe(story, "safe.example", paths), probe(story, "safer.example", paths)];
    await acme.must("domain", "rename", "safe.example", "safer.example", "--wait=false");
    await eventually(async () => expect(await stageOf("safer.example")).toBe("RenameHTTPS"), renamed);
    await acme.condition("safer.example", "Renamed", { status: "False", reason: "RenameHTTPS" });
    expect(await acme.must("domain", "explain", "safer.example")).toMatch(/Stage: +RenameHTTPS, step 2 of 3/);
    await secret("new-tls", "safer.example");
    await acme.apply(
      ingress("safer-tls", ["safer.example"], { paths: [{ path: "/tls" }], tls: [{ secretName: "new-tls" }] }),
    );
    await eventually(async () => expect(await stageOf("safer.example")).toBe("Live"), renamed);
    await eventually(() => expect(lately(old)).toEqual(new Set(["308 https://safer.example/"])), settled);
    expect(await lost(old, now, "https://safer.example")).toEqual([]);
    const { status, headers } = await story.request({ host: "safe.example", path: "/a?b", tls: true });
    expect([status, headers.location]).toEqual([308, "https://safer.example/a?b"]);
    expect(await certifiedNames(story, "safe.example")).toBe("DNS:safe.example");

    const back = probe(story, "safe.example", paths);
    await acme.must("domain", "release", "safer.example", "--yes", "--timeout=120s");
    await eventually(() => expect(lately(back)).toEqual(new Set(["acme-org/web"])), settled);
    const answers = new Set((await back.stop()).map(({ answer }) => answer.replace(/\/shop.*$/, "/")));
    expect([...answers].sort()).toEqual(["308 https://safer.example/", "acme-org/web"]);
    await acme.decided("safe.example", { phase: "OK", stage: "Live" });
    await eventually(async () => {
      const left = (await kongAdmin(story).tagged("services")).filter(({ name }) =>
        name?.includes("redirect~safe.example"),
      );
      expect(left).toEqual([]);
    }, settled);
  },
);
