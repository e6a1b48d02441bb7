import { ISSUERS } from "../../support/cert-manager/issuers.ts";
import type { Api } from "../../support/controlplane/api.ts";

/** The part of a ClusterIssuer that says how the ACME server is asked. */
interface Acme {
  readonly solvers: readonly object[];
}

/** Makes a ClusterIssuer like `acme`, with other solvers unless these are to stay. */
export async function otherIssuer(
  api: Api,
  name: string,
  solvers: (before: readonly object[]) => readonly object[] = (before) => before,
): Promise<void> {
  const collection = "/apis/cert-manager.io/v1/clusterissuers";
  const { spec } = (await api.must("GET", `${collection}/${ISSUERS.acme}`)) as {
    readonly spec: { readonly acme: Acme };
  };
  const object = { apiVersion: "cert-manager.io/v1", kind: "ClusterIssuer", metadata: { name } };
  await api.must("POST", collection, {
    ...object,
    spec: { acme: { ...spec.acme, solvers: solvers(spec.acme.solvers) } },
  });
}
