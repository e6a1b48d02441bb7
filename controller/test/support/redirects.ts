import type { ClaimRedirect } from "../../src/world/claim.ts";
import type { FakeCluster } from "./fake-cluster.ts";

/** A redirect for good to the host, with the path. */
export function redirectTo(host: string): ClaimRedirect {
  return { host, statusCode: 308, keepPath: true };
}

/** Has the claim, which is there, redirect its host; with undefined, serve it again. */
export function redirect(cluster: FakeCluster, at: string, host: string | undefined): void {
  const known = cluster.get("Domain", at);
  if (known === undefined) throw new Error(`there is no claim ${at}`);
  const now = host === undefined ? undefined : redirectTo(host);
  cluster.put("Domain", { ...known, redirect: now, generation: known.generation + 1 });
}
