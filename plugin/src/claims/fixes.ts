import { hostOf } from "@domain-claims/crds/domain";

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

/** The register's answer to who holds the primary of a claim. */
export interface PrimaryHolder {
  readonly host: string;
  readonly namespace: string;
}

/**
 * What makes the claim OK and served, in the order in which it is done. `primary`: who holds the primary that the claim
 * lies below, where that is known. Empty where nothing is wrong.
 */
export function fixes(claim: Domain, primary: PrimaryHolder | undefined): readonly Fix[] {
  const { status, spec } = claim;
  if (status?.phase === "Failed") return refused(claim, primary);
  if (status?.phase !== "OK") return [];
  return (status.conditions ?? []).flatMap((condition) =>
    condition.status === "True" ? [] : unserved(claim, condition.reason, condition.message, hostOf(spec)),
  );
}

function refused(claim: Domain, primary: PrimaryHolder | undefined): readonly Fix[] {
  const { spec, status, metadata } = claim;
  const { namespace = "" } = metadata;
  const host = hostOf(spec);
  const owner = primary?.namespace ?? status?.parent;
  const enclosing = primary?.host ?? spec.primary;
  switch (status?.reason) {
    case "NotDelegated":
    case "ParentClaimed":
      if (owner === undefined || (status.reason === "ParentClaimed" && primary === undefined)) return [];
      if (spec.sub === "*")
        return [
          {
            who: `${owner}'s team`,
            command: `kubectl domain claim "${host}" -n ${owner}`,
            what: "claim the wildcard there: only the holder of the primary can",
          },
        ];
      return [share(enclosing, namespace, owner)];
    case "DomainNotFound":
      if (primary === undefined)
        return [
          {
            who: "you",
            command: `kubectl domain claim ${spec.primary} --primary -n ${namespace}`,
            what: `claim ${spec.primary} first: nobody holds it`,
          },
        ];
      if (primary.namespace === namespace) return [];
      return [
        {
          who: "you",
          command: `kubectl domain claim ${host} --parent ${primary.namespace} -n ${namespace}`,
          what: `look for ${spec.primary} where it is held`,
        },
        share(spec.primary, namespace, primary.namespace),
      ];
    case "AlreadyClaimed": {
      const holder = status.holder?.split("/");
      if (holder === undefined) return [];
      return [
        {
          who: `${holder[0] ?? ""}'s team`,
          command: `kubectl domain release ${host} -n ${holder[0] ?? ""}`,
          what: "give the host up; this claim then takes it",
        },
      ];
    }
    case "PublicSuffix":
      return [{ who: "you", command: undefined, what: `claim a name below ${host} that is yours` }];
    case "ReservedName":
    case "WildcardUnsupported":
      return [{ who: "an administrator", command: undefined, what: status.message ?? "" }];
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

function share(host: string, namespace: string, owner: string): Fix {
  return {
    who: `${owner}'s team`,
    command: `kubectl domain share ${host} --with ${namespace} -n ${owner}`,
    what: `let ${namespace} claim names below ${host}`,
  };
}

function unserved(claim: Domain, reason: string, message: string, host: string): readonly Fix[] {
  const { namespace = "", name } = claim.metadata;
  switch (reason) {
    case "NoRoutes":
      return [
        {
          who: "you",
          command: `kubectl create ingress ${name} --class=kong --rule="${host}/*=SERVICE:PORT" -n ${namespace}`,
          what: "say what serves the host",
        },
      ];
    case "StaleGrant": {
      const names = staleDelegates(message).join(",");
      return [
        {
          who: "you",
          command: `kubectl domain share ${host} --with ${names} -n ${namespace}`,
          what: "share with the namespace that has the name now",
        },
      ];
    }
    case "KongUnreachable":
    case "KongRefused":
    case "ForeignEntity":
    case "WildcardUnsupported":
      return [{ who: "an administrator", command: undefined, what: message }];
    default:
      return [];
  }
}

/** The delegates that a StaleGrant message names: they stand in the command at its end. */
export function staleDelegates(message: string): readonly string[] {
  return (/ --with (?<names>\S+)/.exec(message)?.groups?.["names"] ?? "").split(",").filter((name) => name !== "");
}
