import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { waitFor } from "../wait.ts";
import type { Api } from "./api.ts";

/** The parts of a CustomResourceDefinition that we look at. */
interface Crd {
  readonly kind?: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly plural: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** Creates the CustomResourceDefinitions in the `*.yaml` of a folder, and waits until their objects can be listed. */
export async function createCrds(api: Api, folder: string): Promise<void> {
  if (!existsSync(folder)) throw new Error(`the folder for CustomResourceDefinitions, ${folder}, does not exist`);
  const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  const crds = files.sort().flatMap((name) => crdsOf(join(folder, name)));
  for (const crd of crds) await api.must("POST", CRDS, crd);
  for (const crd of crds) await served(api, crd);
}

function crdsOf(file: string): readonly Crd[] {
  const documents = loadAll(readFileSync(file, "utf8")) as readonly (Crd | null | undefined)[];
  return documents.filter((document): document is Crd => document?.kind === "CustomResourceDefinition");
}

async function served(api: Api, { metadata: { name }, spec }: Crd): Promise<void> {
  await waitFor({ what: `CustomResourceDefinition ${name} to be established` }, async () => {
    const { status } = (await api.must("GET", `${CRDS}/${name}`)) as Crd;
    return status?.conditions?.some((condition) => condition.type === "Established" && condition.status === "True");
  });
  // "Established" comes a moment before the handler and the discovery of the new kind, on which garbage collection is
  // built when the controller manager starts: one that is late waits 30 s for the next look.
  const versions = spec.versions.filter((version) => version.served).map((version) => version.name);
  await waitFor({ what: `${name} to be served` }, async () => {
    const groups = versions.map((version) => `/apis/${spec.group}/${version}`);
    const answers = await Promise.all(
      groups.flatMap((group) => [api.must("GET", group), api.must("GET", `${group}/${spec.names.plural}?limit=1`)]),
    );
    return answers.every((answer) => !isDiscovery(answer) || lists(answer, spec.names.plural));
  });
}

interface Discovery {
  readonly kind: "APIResourceList";
  readonly resources: readonly { readonly name: string }[];
}

function isDiscovery(answer: unknown): answer is Discovery {
  return (answer as { readonly kind?: string }).kind === "APIResourceList";
}

function lists({ resources }: Discovery, plural: string): boolean {
  return resources.some((resource) => resource.name === plural);
}
