import type { Host, Hostname } from "@domain-claims/crds/hostname";
import type { CertificateGroup, GroupCertificate } from "../world/certificate-group.ts";
import type { DomainCertificate, GroupReport } from "../world/domain-certificate.ts";
import { fieldsOf, listOf, required, textOf, textsOf } from "./raw.ts";
import type { Raw } from "./raw.ts";

/** A DomainCertificate's projection. Throws an Error where it is not one that the controller writes. */
export function translateDomainCertificate(raw: Raw): DomainCertificate {
  const metadata = fieldsOf(raw["metadata"]);
  const status = fieldsOf(raw["status"]);
  return {
    namespace: required(metadata, "namespace"),
    name: required(metadata, "name") as Hostname,
    uid: required(metadata, "uid"),
    resourceVersion: required(metadata, "resourceVersion"),
    deleting: metadata["deletionTimestamp"] !== undefined,
    group: translateGroup(status),
    report: translateReport(status),
  };
}

function translateGroup(status: Raw): CertificateGroup {
  const budgets = fieldsOf(status["budgets"]);
  const caution = status["caution"] === undefined ? undefined : fieldsOf(status["caution"]);
  return {
    certificates: listOf(status["certificates"]).map((item) => translateCertificate(fieldsOf(item))),
    quarantine: listOf(status["quarantine"]).map((item) => {
      const name = fieldsOf(item);
      const message = textOf(name["message"]) ?? "";
      const failures = numberOf(name, "failures");
      return { host: required(name, "host") as Host, failures, nextTryAt: timeOf(name, "nextTryAt"), message };
    }),
    leaving: listOf(status["leaving"]).map((item) => {
      const name = fieldsOf(item);
      return { host: required(name, "host") as Host, since: timeOf(name, "since") };
    }),
    nextNumber: numberOf(status, "nextNumber"),
    caution:
      caution === undefined
        ? undefined
        : {
            failures: numberOf(caution, "failures"),
            mostNew: numberOf(caution, "mostNew"),
            until: timeOf(caution, "until"),
          },
    budgets: {
      domain: timeOf(budgets, "domain"),
      account: timeOf(budgets, "account"),
      // a budget that was not counted yet is full: that of the whole account stands beside it
      share: budgets["share"] === undefined ? 0 : timeOf(budgets, "share"),
      failures: timeOf(budgets, "failures"),
    },
  };
}

function translateCertificate(raw: Raw): GroupCertificate {
  const names = textsOf(raw["names"]) as readonly Host[];
  return {
    number: numberOf(raw, "number"),
    names,
    issued: raw["issued"] === undefined ? names : (textsOf(raw["issued"]) as readonly Host[]),
    notBefore: raw["notBefore"] === undefined ? 0 : timeOf(raw, "notBefore"),
    notAfter: raw["notAfter"] === undefined ? 0 : timeOf(raw, "notAfter"),
    orderedAt: timeOf(raw, "orderedAt"),
    running: raw["running"] === true,
    probe: raw["probe"] === true,
    failedAt: raw["failedAt"] === undefined ? undefined : timeOf(raw, "failedAt"),
  };
}

function translateReport(status: Raw): GroupReport {
  const optionalTime = (name: string): number | undefined =>
    status[name] === undefined ? undefined : timeOf(status, name);
  return {
    wanted: numberOf(status, "wanted"),
    issued: numberOf(status, "issued"),
    failing: numberOf(status, "failing"),
    left: status["left"] === undefined ? 0 : numberOf(status, "left"),
    notAfter: optionalTime("notAfter"),
    nextOrderAt: optionalTime("nextOrderAt"),
    waiting: listOf(status["waiting"]).map((item) => {
      const name = fieldsOf(item);
      const until = name["until"] === undefined ? undefined : timeOf(name, "until");
      return { host: required(name, "host") as Host, reason: required(name, "reason"), until };
    }),
    moreWaiting: status["moreWaiting"] === undefined ? 0 : numberOf(status, "moreWaiting"),
  };
}

function numberOf(fields: Raw, name: string): number {
  const value = fields[name];
  if (typeof value !== "number") throw new Error(`${name} is missing`);
  return value;
}

/** Milliseconds since the epoch. */
function timeOf(fields: Raw, name: string): number {
  const time = Date.parse(required(fields, name));
  if (Number.isNaN(time)) throw new Error(`${name} is no time`);
  return time;
}
