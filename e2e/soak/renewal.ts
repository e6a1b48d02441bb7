import type { Api } from "../support/controlplane/api.ts";
import { waitFor } from "../support/wait.ts";
import { domain, ingress, listOf, paths, service } from "../support/world/objects.ts";
import type { Domain, Ingress } from "./objects.ts";
import type { GivenUp } from "./register.ts";

/** A namespace that goes and comes again. */
export interface Renewal {
  /** Resolves when the namespace is there again. */
  readonly done: Promise<void>;
}

const longest = 60_000;

/**
 * Deletes a namespace with all that is in it. As soon as it is gone, somebody else makes one of the same name with the same
 * claims and Ingresses in it, which inherit nothing (rule O7).
 */
export async function renew(api: Api, namespace: string, { namespaces }: GivenUp): Promise<Renewal> {
  const path = `/api/v1/namespaces/${namespace}`;
  const claims = await listOf<Domain>(api, paths.domains(namespace));
  const ingresses = await listOf<Ingress>(api, paths.ingresses(namespace));
  const { metadata } = (await api.must("GET", path)) as Pick<Domain, "metadata">;
  namespaces.add(metadata.uid);
  await api.must("DELETE", path);
  const again = async (): Promise<void> => {
    const what = `the namespace ${namespace} to be gone`;
    await waitFor({ what, timeout: longest }, async () => (await api.call("GET", path)).status === 404);
    await api.must("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
    await api.must("POST", paths.services(namespace), service);
    // What users have made there since comes first.
    for (const { metadata, spec } of claims)
      await api.call("POST", paths.domains(namespace), domain(metadata.name, spec));
    for (const { metadata, spec } of ingresses) {
      const named = spec.rules?.map(({ host }) => host) ?? [];
      await api.call("POST", paths.ingresses(namespace), ingress(metadata.name, named, spec.ingressClassName ?? ""));
    }
  };
  const done = again();
  // Whoever waits for it is told; until then a failure is not an unhandled one.
  done.catch(() => undefined);
  return { done };
}
