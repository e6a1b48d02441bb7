import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { certificateAuthority } from "../support/pki.ts";
import type { Tenant, World } from "../support/world/start-world.ts";
import { ingress, ingressWith } from "./ingress.ts";
import type { Stage } from "./stage.ts";

const redirecting = { status: 308, says: "redirecting" } as const;
const notFound = { status: 404, says: "no Route matched" } as const;

/** Three teams on one cluster: who claims, who shares, who is refused, and what becomes of their traffic. */
export async function playStory(world: World, stage: Stage): Promise<void> {
  const [acme, marvin, coyote] = await Promise.all([
    team(world, "acme-org"),
    team(world, "marvin-org"),
    team(world, "coyote-org"),
  ]);
  const { run, curl, say, heading } = stage;
  const from = ({ namespace }: Tenant) => ({ status: 200, says: `Hello from ${namespace}` }) as const;

  heading("Three teams share a cluster");
  say(
    "Each has a Service called web, and may edit claims, Ingresses and Services in its own namespace, nothing elsewhere.",
  );
  await run(coyote, { line: "kubectl auth can-i create domains", expect: { prints: ["yes"] } });
  await run(coyote, {
    line: "kubectl auth can-i create domains -n acme-org",
    expect: { code: 1, prints: ["no"] },
  });

  heading("Claim");
  say("acme-org claims a domain that nobody holds.");
  await run(acme, { line: "kubectl domain claim acme.org", expect: { prints: ["acme.org is held by acme-org"] } });
  say("coyote-org wants it, too: it is told who holds it, and waits in line.");
  await run(coyote, { line: "kubectl domain claim acme.org", expect: { code: 1, prints: ["AlreadyClaimed"] } });

  heading("Serve");
  say("acme-org says by an Ingress what serves its host, and the route is live.");
  await run(acme, { line: "kubectl apply -f -", input: ingress("acme.org") });
  await curl("acme.org", from(acme));

  if (world.proxyTls !== undefined) {
    heading("Secure");
    say("acme-org has a certificate, and names it in its Ingress.");
    const { cert, key, root } = await certificateFiles(world.dataDir, "acme.org");
    await run(acme, { line: `kubectl create secret tls acme-tls --cert=${cert} --key=${key}` });
    await run(acme, { line: "kubectl apply -f -", input: ingressWith("acme-tls", "acme.org") });
    say("Its claim says how far it is: it is Live again when the gateway itself has shown the certificate.");
    await run(acme, {
      line: "kubectl domain explain acme.org",
      expect: { prints: ["OwnSecret", "the gateway shows its certificate in TLS handshakes"] },
    });
    await curl("acme.org", from(acme), root);
  }

  heading("Share");
  say("marvin-org asks for a name below acme.org, and is told who can allow it, and how.");
  await run(marvin, {
    line: "kubectl domain claim marvin.acme.org",
    expect: { code: 1, prints: ["NotDelegated", "kubectl domain share acme.org --with marvin-org -n acme-org"] },
  });
  say("acme-org shares its domain with marvin-org.");
  await run(acme, { line: "kubectl domain share acme.org --with marvin-org" });
  say("marvin-org's claim, which was refused before, holds its host now.");
  await run(marvin, { line: "kubectl domain list", expect: { prints: ["OK"] } });
  await run(marvin, { line: "kubectl apply -f -", input: ingress("marvin.acme.org") });
  await curl("marvin.acme.org", from(marvin));
  say("Who holds what is public.");
  await run(coyote, { line: "kubectl domain tree acme.org", expect: { prints: ["marvin-org/marvin.acme.org"] } });

  heading("Intrude");
  say("coyote-org routes both hosts to itself, without holding either.");
  await run(coyote, { line: "kubectl apply -f -", input: ingress("acme.org", "marvin.acme.org") });
  say("It is told why that has no effect, and what would help.");
  await run(coyote, {
    line: "kubectl events --for ingress/web",
    expect: { prints: ["acme.org is not served", "marvin.acme.org is held by"] },
  });
  await run(coyote, { line: "kubectl domain explain acme.org", expect: { prints: ["To fix it, acme-org's team"] } });
  say("Both hosts are still served by those who hold them.");
  await curl("acme.org", from(acme));
  await curl("marvin.acme.org", from(marvin));

  heading("Revoke");
  say("acme-org takes its share back: marvin-org's traffic stops at once.");
  await run(acme, { line: "kubectl domain unshare acme.org --with marvin-org --yes" });
  await curl("marvin.acme.org", notFound);
  say("marvin-org's claim says why, and waits for another share.");
  await run(marvin, { line: "kubectl domain list", expect: { prints: ["NotDelegated"] } });

  heading("Release");
  say("acme-org gives the domain up, and coyote-org, which has waited, gets it without doing anything.");
  await run(acme, {
    line: "kubectl domain release acme.org --yes",
    expect: { prints: ["deleted"] },
  });
  say("coyote-org's Ingress, refused before, is live now.");
  await curl("acme.org", from(coyote));
  await run(coyote, { line: "kubectl domain list", expect: { prints: ["OK"] } });
  say("The register, which everybody may read, tells who held the domain before.");
  await run(marvin, { line: "kubectl domain whois acme.org", expect: { prints: ["coyote-org", "acme-org/acme.org"] } });

  heading("Rename");
  say(
    "coyote-org gives its site another name. Nothing has to be edited: the old name redirects once the new one serves.",
  );
  await run(coyote, {
    line: "kubectl domain rename acme.org roadrunner.example --redirect-for 90d",
    expect: { prints: ["acme.org redirects to roadrunner.example", "for 90 days"] },
  });
  await curl("roadrunner.example", from(coyote));
  await curl("acme.org", redirecting);
  await run(marvin, {
    line: "kubectl domain whois acme.org --names",
    expect: { prints: ["roadrunner.example", "acme.org"] },
  });
  say("Any other host that it holds can redirect, too.");
  await run(coyote, { line: "kubectl domain claim www.roadrunner.example" });
  await run(coyote, { line: "kubectl domain redirect www.roadrunner.example --to roadrunner.example" });
  await curl("www.roadrunner.example", redirecting);
}

/** A user with the rights of a team, and a Service `web` that says whose it is. */
async function team(world: World, namespace: string): Promise<Tenant> {
  const tenant = await world.tenant(namespace.replace("-org", ""), namespace);
  await world.backend({
    namespace,
    service: "web",
    portName: "http",
    respond: (_request, response) => {
      response.writeHead(200, { "content-type": "text/plain" }).end(`Hello from ${namespace}\n`);
    },
  });
  return tenant;
}

/** A certificate for the host and its key, in files, and the certificate of the authority that a visitor trusts. */
async function certificateFiles(
  folder: string,
  host: string,
): Promise<{ readonly cert: string; readonly key: string; readonly root: string }> {
  const authority = await certificateAuthority("demo");
  const { certificate, key: privateKey } = await authority.issue({ commonName: host, hosts: [host], use: "server" });
  const [cert, key] = [join(folder, "acme.crt"), join(folder, "acme.key")];
  writeFileSync(cert, certificate);
  writeFileSync(key, privateKey, { mode: 0o600 });
  return { cert, key, root: authority.certificate };
}
