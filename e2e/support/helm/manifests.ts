import { loadAll } from "js-yaml";

/** An object as the chart renders it, as far as the tests look. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** A container of a pod. */
export interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

/** What is run: the spec of a Deployment's pods. */
export interface PodSpec {
  readonly serviceAccountName: string;
  readonly containers: readonly [Container];
  readonly affinity: Readonly<Record<string, unknown>>;
  readonly topologySpreadConstraints: readonly { readonly topologyKey: string }[];
  readonly volumes?: readonly {
    readonly name: string;
    readonly secret?: { readonly secretName: string; readonly items?: readonly { readonly path: string }[] };
    readonly configMap?: { readonly name: string; readonly items?: readonly { readonly path: string }[] };
  }[];
}

/** All objects of a text in YAML. */
export function manifestsIn(text: string): readonly Manifest[] {
  return (loadAll(text) as readonly (Manifest | null | undefined)[]).filter((one): one is Manifest => one != null);
}

/** The objects of a kind. */
export function ofKind(kind: string, manifests: readonly Manifest[]): readonly Manifest[] {
  return manifests.filter((manifest) => manifest.kind === kind);
}

/** The pods of the one Deployment. */
export function podsOf(manifests: readonly Manifest[]): PodSpec {
  const [deployment] = ofKind("Deployment", manifests);
  const spec = deployment?.["spec"] as { readonly template: { readonly spec: PodSpec } } | undefined;
  if (spec === undefined) throw new Error("there is no Deployment");
  return spec.template.spec;
}
