import { display } from "../output/display.ts";
import type { Domain, HostRecord } from "../kube/objects.ts";
import { isHeld, isKept, reservedText, holderNamespaces } from "./register.ts";
import type { HeldRecord, KeptRecord } from "./register.ts";

/** One place where the primary of a claim was looked for. */
export interface SearchStep {
  readonly where: "parent" | "own namespace" | "system namespace" | "above";
  readonly namespace: string | undefined;
  readonly found: string;
}

/** Where a shared claim's primary is looked for (rule O4): `parent`, the own and the system namespace; the first that holds it counts. */
export function searchOfShared(
  { metadata, spec, status }: Domain,
  record: HostRecord | undefined,
): readonly SearchStep[] {
  const own = metadata.namespace ?? "";
  const name = display(spec.primary);
  const primary = isHeld(record) && record.spec.holder.kind === "primary" ? record : undefined;
  const holder = primary?.spec.holder.namespace;
  const parent = spec.parent === own ? undefined : spec.parent;
  const namespaces = primary === undefined ? [] : holderNamespaces(primary);
  const found = namespaces.some((namespace) => namespace === own || namespace === parent);
  const system = holder !== undefined && !found && status?.parent === holder ? holder : undefined;
  const at = (where: SearchStep["where"], namespace: string): SearchStep => {
    if (!namespaces.includes(namespace)) return { where, namespace, found: `does not hold ${name}` };
    if (holder === own)
      return { where, namespace, found: namespace === own ? `holds ${name}` : `handed ${name} on to ${own}` };
    const holds = holder === namespace ? `holds ${name} and` : `handed ${name} on to ${holder ?? ""}, which`;
    const granted = status?.phase === "OK" || (primary?.spec.grants ?? []).some((grant) => grant.namespace === own);
    const shares = status?.reason !== "NotDelegated" && granted;
    return {
      where,
      namespace,
      found: `${holds} ${shares ? "shares it" : "does not share it"} with ${own}`,
    };
  };
  const elsewhere =
    holder !== undefined
      ? `${holder} holds ${name}, and that is none of these`
      : isHeld(record)
        ? `${record.spec.holder.namespace} holds ${name} as a shared claim, below which nothing can be claimed`
        : isKept(record)
          ? `${name} is ${reservedText(record)}`
          : `nobody holds ${name}`;
  return [
    ...(parent === undefined ? [] : [at("parent", parent)]),
    at("own namespace", own),
    ...(system !== undefined
      ? [at("system namespace", system)]
      : found
        ? []
        : [{ where: "system namespace" as const, namespace: undefined, found: `does not hold it: ${elsewhere}` }]),
  ];
}

/** What stands above a primary claim (rule O3): the nearest primary decides. */
export function searchOfPrimary(
  { metadata, status }: Domain,
  above: HeldRecord | KeptRecord | undefined,
  record: HostRecord | undefined,
): readonly SearchStep[] {
  if (isKept(above)) {
    const { namespace } = above.spec.redemption;
    return [{ where: "above", namespace, found: `${display(above.spec.host)} is ${reservedText(above)}` }];
  }
  if (above === undefined)
    return [{ where: "above", namespace: undefined, found: "nobody holds a primary above it, so nobody has to share" }];
  const { namespace } = above.spec.holder;
  const held = `${namespace} holds ${display(above.spec.host)}`;
  if (namespace === metadata.namespace) return [{ where: "above", namespace, found: `${held}: the same namespace` }];
  const authority =
    isHeld(record) && record.spec.holder.uid === metadata.uid ? record.spec.holder.authority?.kind : undefined;
  if (authority === "none")
    return [{ where: "above", namespace, found: `${held} since later: this one stays (a carve-out)` }];
  const shares =
    status?.phase === "OK" ? "shares it" : status?.reason === "ParentClaimed" ? "does not share it" : undefined;
  return [
    {
      where: "above",
      namespace,
      found: shares === undefined ? held : `${held} and ${shares} with ${metadata.namespace ?? ""}`,
    },
  ];
}
