import { hostOf } from "@domain-claims/crds/domain";
import { shellWord } from "@domain-claims/crds/shell";

import type { Domain } from "../kube/objects.ts";

/** Something that somebody can do about a claim that is not served. */
export interface Fix {
  /** Who can do it: "you", "acme-org's team", "an administrator". */
  readonly who: string;
  /** The command, ready to be typed; undefined where it takes more than one. */
  readonly command: string | undefined;
  /** What it does, or what to do where there is no command. */
  readonly what: string;
}

/** What is known of a claim's surroundings, from the register and public lists. */
export interface Known {
  /** True where the register may not be read, so that who holds what above the claim is not known. */
  readonly unread?: boolean | undefined;
  /** Who holds the primary that the claim lies below. */
  readonly primary?: { readonly host: string; readonly namespace: string } | undefined;
  /** The host, or what is above it, where that is reserved for its last holder's namespace. */
  readonly reserved?: { readonly host: string; readonly namespace: string } | undefined;
  /** The namespace that hands the host over to the claim's. */
  readonly offeredBy?: string | undefined;
  /** The namespace that holds what should be the claim's primary, but as a shared claim. */
  readonly sharedWith?: string | undefined;
  /** Whether the claim's primary is a public suffix, which nobody can hold. */
  readonly publicSuffix?: boolean | undefined;
  /** The name of the IngressClass that is served. */
  readonly ingressClass?: string | undefined;
  /** True where an Ingress has paths for the host, and what they lack is told of each. */
  readonly pathsTold?: boolean | undefined;
  /** The delegates whose grants were given to namespaces that are gone. */
  readonly stale?: readonly string[] | undefined;
}

/** What makes the claim OK and served, in the order in which it is done. Empty where nothing is wrong. */
export function fixes(claim: Domain, known: Known): readonly Fix[] {
  const { status } = claim;
  if (status?.phase === "Failed") return refused(claim, known);
  if (status?.phase === undefined && claim.metadata.deletionTimestamp === undefined) return [undecided(claim)];
  if (status?.phase !== "OK" || claim.metadata.deletionTimestamp !== undefined) return [];
  // Ready has the reason of what holds it up, of which another condition tells.
  return (status.conditions ?? []).flatMap(({ type, status: truth, reason, message }) =>
    truth === "True" || type === "Ready" ? [] : unserved(claim, reason, message, known),
  );
}

/** The command by which a namespace claims a host. */
export function claimCommand(host: string, namespace: string, flags = ""): string {
  return `kubectl domain claim ${shellWord(host)}${flags} -n ${namespace}`;
}

/** The command by which a namespace has a host served again that is redirected. */
export function redirectOff(host: string, namespace: string): Fix {
  const command = `kubectl domain redirect ${shellWord(host)} --off -n ${namespace}`;
  return { who: "you", command, what: "take the redirect away: the host is served as Ingresses say" };
}

function undecided({ metadata: { namespace = "" } }: Domain): Fix {
  const command = `kubectl domain doctor -n ${namespace}`;
  return { who: "you", command, what: "see whether a controller is there: nobody has decided the claim yet" };
}

function refused(claim: Domain, known: Known): readonly Fix[] {
  const { spec, status, metadata } = claim;
  const { namespace = "" } = metadata;
  const { primary } = known;
  const host = hostOf(spec);
  switch (status?.reason) {
    case "NotDelegated":
    case "ParentClaimed": {
      const owner = primary?.namespace ?? status.parent;
      if (owner === undefined || (status.reason === "ParentClaimed" && primary === undefined)) return [];
      if (spec.sub !== "*") return [share(primary?.host ?? spec.primary, namespace, owner)];
      const what = "claim the wildcard there: only the holder of the primary can";
      return [{ who: `${owner}'s team`, command: claimCommand(host, owner), what }];
    }
    case "DomainNotFound":
      return notFound(claim, known);
    case "AlreadyClaimed": {
      const [holder] = status.holder?.split("/") ?? [];
      if (holder === undefined) return [];
      if (known.offeredBy !== undefined) {
        const command = `kubectl domain accept ${shellWord(host)} -n ${namespace}`;
        return [{ who: "you", command, what: `take the host over, which ${known.offeredBy} hands over` }];
      }
      const what = "give the host up; the oldest claim that may hold it then takes it";
      return [{ who: `${holder}'s team`, command: `kubectl domain release ${shellWord(host)} -n ${holder}`, what }];
    }
    case "Transferred": {
      const command = `kubectl domain release domain/${metadata.name} -n ${namespace}`;
      return [{ who: "you", command, what: "remove the claim, which holds nothing any more" }];
    }
    case "InRedemption": {
      const { reserved } = known;
      if (reserved === undefined) return [];
      const what = `take ${reserved.host} back; who then gives it up by kubectl domain release makes it free at once`;
      return [{ who: `${reserved.namespace}'s team`, command: claimCommand(reserved.host, reserved.namespace), what }];
    }
    case "NotAdopted":
      return [
        {
          who: "an administrator",
          command: "kubectl domain adopt -f BACKUP",
          what: "binds the restored register to the namespaces and claims of this cluster",
        },
      ];
    case "PublicSuffix":
      return [{ who: "you", command: undefined, what: `claim a name below ${host} that is yours` }];
    case "ReservedName":
    case "PrimaryNotAllowed":
    case "WildcardUnsupported":
      return [{ who: "an administrator", command: undefined, what: status.message ?? "" }];
    case "TooManyClaims":
      return [{ who: "you, or an administrator", command: undefined, what: status.message ?? "" }];
    case "InvalidHost":
      return [
        {
          who: "you",
          command: `kubectl domain release domain/${metadata.name} -n ${namespace}`,
          what: "then claim the host as kubectl domain claim writes it",
        },
      ];
    default:
      return [];
  }
}

/** What helps where the primary of a shared claim was not found where it was looked for. */
function notFound({ spec, metadata }: Domain, known: Known): readonly Fix[] {
  const { primary, sharedWith, publicSuffix, unread } = known;
  const { namespace = "" } = metadata;
  if (unread === true) return [];
  if (publicSuffix === true)
    return [
      {
        who: "you",
        command: undefined,
        what: `claim a name below ${spec.primary} that is yours: ${spec.primary} is a public suffix, which nobody can hold`,
      },
    ];
  if (sharedWith !== undefined)
    return [
      {
        who: `${sharedWith}'s team`,
        command: claimCommand(spec.primary, sharedWith, " --primary"),
        what: `release ${spec.primary} and claim it as a primary: it is a shared claim, below which nothing can be claimed`,
      },
    ];
  if (primary === undefined)
    return [
      {
        who: "you",
        command: claimCommand(spec.primary, namespace, " --primary"),
        what: `claim ${spec.primary} first: nobody holds it`,
      },
    ];
  if (primary.namespace === namespace) return [];
  if (spec.sub === "*")
    return [
      {
        who: `${primary.namespace}'s team`,
        command: claimCommand(hostOf(spec), primary.namespace),
        what: "claim the wildcard there: only the holder of the primary can",
      },
    ];
  return [
    {
      who: "you",
      command: claimCommand(hostOf(spec), namespace, ` --parent ${primary.namespace}`),
      what: `look for ${spec.primary} where it is held`,
    },
    share(spec.primary, namespace, primary.namespace),
  ];
}

function share(host: string, namespace: string, owner: string): Fix {
  return {
    who: `${owner}'s team`,
    command: `kubectl domain share ${host} --with ${namespace} -n ${owner}`,
    what: `let ${namespace} claim names below ${host}`,
  };
}

function unserved({ metadata, spec }: Domain, reason: string, message: string, known: Known): readonly Fix[] {
  const { namespace = "", name } = metadata;
  switch (reason) {
    case "NoRoutes": {
      if (known.pathsTold === true) return [];
      const rule = shellWord(`${hostOf(spec)}/*=SERVICE:PORT`);
      const ingressClass = known.ingressClass ?? "kong";
      return [
        {
          who: "you",
          command: `kubectl create ingress ${name} --class=${ingressClass} --rule=${rule} -n ${namespace}`,
          what: "say what serves the host",
        },
      ];
    }
    case "StaleGrant": {
      const names = known.stale ?? [];
      if (names.length === 0) return [];
      return [
        {
          who: "you",
          command: `kubectl domain share ${hostOf(spec)} --with ${names.join(",")} -n ${namespace}`,
          what: "share with the namespaces that have the names now",
        },
      ];
    }
    case "StaleTransfer": {
      const command = `kubectl domain transfer ${shellWord(hostOf(spec))} --to ${spec.transferTo ?? "NAMESPACE"} -n ${namespace}`;
      return [{ who: "you", command, what: "hand it over to the namespace that has the name now" }];
    }
    case "RenameCircle":
    case "OldNameNotHeld":
    case "OldNameRenamed":
    case "NewNameRenamed": {
      const command = `kubectl domain release domain/${name} -n ${namespace}`;
      return [{ who: "you", command, what: "give this rename up, which takes nothing from the old name" }];
    }
    case "RedirectCircle":
    case "RedirectTooLong":
    case "RedirectInvalid":
      return [
        { who: "you", command: `kubectl domain redirect ${shellWord(hostOf(spec))} --to HOST -n ${namespace}`, what: "redirect it to where it is to end" }, // prettier-ignore
        redirectOff(hostOf(spec), namespace),
      ];
    case "RedirectUnsupported":
    case "IssuerMissing":
    case "IssuerNotReady":
    case "KongUnreachable":
    case "KongRefused":
    case "ForeignEntity":
    case "ForeignHost":
    case "WildcardUnsupported":
      return [{ who: "an administrator", command: undefined, what: message }];
    default:
      return [];
  }
}
