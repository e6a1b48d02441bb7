import { hostOfRecord } from "@domain-claims/crds/host";
import type { Host, Hostname } from "@domain-claims/crds/host";
import type {
  Authority,
  FormerName,
  Grant,
  Holder,
  HostRecord,
  Redemption,
  Renaming,
  Tenure,
  Transfer,
} from "../world/host-record.ts";
import { fieldsOf, listOf, required, textOf, textsOf } from "./raw.ts";
import type { Raw } from "./raw.ts";

/**
 * A HostRecord's projection. Throws an Error where the record is not one that the controller writes: then nobody is
 * given the host, since its name is taken.
 */
export function translateRecord(raw: Raw): HostRecord {
  const metadata = fieldsOf(raw["metadata"]);
  const spec = fieldsOf(raw["spec"]);
  const name = required(metadata, "name");
  const host = hostOfRecord(name);
  if (spec["host"] !== host) throw new Error(`spec.host is not ${host}`);
  return {
    name,
    uid: required(metadata, "uid"),
    resourceVersion: required(metadata, "resourceVersion"),
    host,
    clusterUid: spec["clusterUID"] === undefined ? undefined : required(spec, "clusterUID"),
    holder: spec["holder"] === undefined ? undefined : translateHolder(fieldsOf(spec["holder"])),
    redemption: spec["redemption"] === undefined ? undefined : translateRedemption(fieldsOf(spec["redemption"])),
    transfer: spec["transfer"] === undefined ? undefined : translateTransfer(fieldsOf(spec["transfer"])),
    grants: listOf(spec["grants"]).map(translateGrant),
    history: listOf(spec["history"]).map((tenure) => translateTenure(fieldsOf(tenure))),
  };
}

function translateGrant(value: unknown): Grant {
  const grant = fieldsOf(value);
  return { namespace: required(grant, "namespace"), uid: required(grant, "uid") };
}

function translateHolder(holder: Raw): Holder {
  const renamedTo = holder["renamedTo"];
  return {
    ...withoutTimes(holder),
    since: required(holder, "since"),
    ...(renamedTo === undefined ? {} : { renamedTo: translateRenaming(fieldsOf(renamedTo)) }),
  };
}

function translateRedemption(redemption: Raw): Redemption {
  return { ...withoutTimes(redemption), until: required(redemption, "until") };
}

/** What the holder and whoever has a host back have in common. */
function withoutTimes(holder: Raw): Omit<Holder, "since" | "renamedTo"> {
  const renamedFrom = listOf(holder["renamedFrom"]).map((name) => translateFormerName(fieldsOf(name)));
  return {
    kind: claimKind(holder),
    namespace: required(holder, "namespace"),
    namespaceUid: required(holder, "namespaceUID"),
    name: required(holder, "name"),
    uid: required(holder, "uid"),
    ...(holder["givers"] === undefined ? {} : { givers: listOf(holder["givers"]).map(translateGiver) }),
    authority: holder["authority"] === undefined ? undefined : translateAuthority(fieldsOf(holder["authority"])),
    ...(renamedFrom.length === 0 ? {} : { renamedFrom }),
  };
}

/**
 * A namespace that handed the host on. Where its name stands alone, as it did before its UID was kept, the giver has no UID: a
 * `parent` of that name still means the holder's, and no namespace is the one that is bound.
 */
function translateGiver(value: unknown): Grant {
  if (typeof value === "string") return { namespace: value, uid: "" };
  const giver = fieldsOf(value);
  return { namespace: required(giver, "namespace"), uid: textOf(giver["uid"]) ?? "" };
}

function translateFormerName(name: Raw): FormerName {
  return { host: required(name, "host") as Host, since: required(name, "since") };
}

function translateRenaming(renaming: Raw): Renaming {
  return {
    host: required(renaming, "host") as Hostname,
    name: required(renaming, "name"),
    uid: required(renaming, "uid"),
    since: required(renaming, "since"),
    ...(renaming["done"] === undefined ? {} : { done: required(renaming, "done") }),
  };
}

function translateAuthority(authority: Raw): Authority {
  const kind = authority["kind"];
  if (kind === "none") return { kind };
  if (kind !== "own" && kind !== "delegation") throw new Error(`authority.kind is ${String(kind)}`);
  return {
    kind,
    host: required(authority, "host") as Host,
    namespace: required(authority, "namespace"),
    name: required(authority, "name"),
    uid: required(authority, "uid"),
  };
}

function translateTransfer(transfer: Raw): Transfer {
  return {
    namespace: required(transfer, "namespace"),
    uid: required(transfer, "uid"),
    delegates: textsOf(transfer["delegates"]),
  };
}

function translateTenure(tenure: Raw): Tenure {
  return {
    kind: claimKind(tenure),
    namespace: required(tenure, "namespace"),
    name: required(tenure, "name"),
    uid: required(tenure, "uid"),
    from: required(tenure, "from"),
    to: required(tenure, "to"),
    reason: required(tenure, "reason"),
    ...(tenure["renamedFrom"] === undefined ? {} : { renamedFrom: required(tenure, "renamedFrom") as Host }),
    ...(tenure["renamedTo"] === undefined ? {} : { renamedTo: required(tenure, "renamedTo") as Host }),
  };
}

function claimKind(fields: Raw): "primary" | "shared" {
  const kind = fields["kind"];
  if (kind !== "primary" && kind !== "shared") throw new Error(`kind is ${String(kind)}`);
  return kind;
}
