import { finalizer, releaseMark } from "@domain-claims/crds/domain";
import type { CertificatePolicy, Claim, ClaimRedirect, Finalizers, RedirectStatus } from "../world/claim.ts";
import type { ClaimStatus, Condition, PathRefusal, SourceStatus, Stage } from "../world/claim-status.ts";
import { stages } from "../world/claim-status.ts";
import { mostEntries } from "../world/limits.ts";
import { entriesOf } from "./entries.ts";
import { fieldsOf, listOf, nameOf, optional, required, textOf, textsOf } from "./raw.ts";
import type { Raw } from "./raw.ts";

/** A Domain's projection. Throws an Error that names the field which is missing. */
export function translateDomain(raw: Raw): Claim {
  const metadata = fieldsOf(raw["metadata"]);
  const spec = fieldsOf(raw["spec"]);
  return {
    namespace: required(metadata, "namespace"),
    name: required(metadata, "name"),
    uid: required(metadata, "uid"),
    resourceVersion: required(metadata, "resourceVersion"),
    generation: numberOf(metadata["generation"]),
    created: required(metadata, "creationTimestamp"),
    deleting: metadata["deletionTimestamp"] !== undefined,
    released: fieldsOf(metadata["annotations"])[releaseMark] === "true",
    finalizers: translateFinalizers(listOf(metadata["finalizers"])),
    ...(entriesOf(metadata) > mostEntries ? { crowded: true } : {}),
    primary: required(spec, "primary"),
    sub: textOf(spec["sub"]),
    parent: textOf(spec["parent"]),
    delegates: textsOf(spec["delegates"]),
    redirect: translateRedirect(spec["redirect"]),
    renames: nameOf(spec["renames"]),
    redirectForMs: durationOf(spec["redirectFor"]),
    transferTo: textOf(spec["transferTo"]),
    acceptFrom: textOf(spec["acceptFrom"]),
    certificatePolicy: policyOf(fieldsOf(spec["certificate"])["policy"]),
    status: translateStatus(fieldsOf(raw["status"])),
  };
}

function policyOf(policy: unknown): CertificatePolicy {
  return policy === "Always" || policy === "Never" ? policy : "WhenServed";
}

function translateFinalizers(finalizers: readonly unknown[]): Finalizers {
  const ours = finalizers.indexOf(finalizer);
  return { count: finalizers.length, ours: ours < 0 ? undefined : ours };
}

/** Undefined where there is none. What the API server would have filled in is filled in. */
function translateRedirect(value: unknown): ClaimRedirect | undefined {
  if (value === undefined || value === null) return undefined;
  const redirect = fieldsOf(value);
  return {
    host: textOf(redirect["host"]) ?? "",
    statusCode: statusCodes.find((code) => code === redirect["statusCode"]) ?? 308,
    keepPath: redirect["keepPath"] !== false,
  };
}

/** How long an old name redirects, in milliseconds; undefined: for ever, also where the CRD let through what it should not. */
function durationOf(value: unknown): number | undefined {
  if (value === "none") return 0;
  const [, amount, unit = ""] = /^([1-9]\d{0,4})([smhd])$/.exec(textOf(value) ?? "") ?? [];
  return amount === undefined ? undefined : Number(amount) * (unitMs[unit] ?? 0);
}

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const statusCodes: readonly RedirectStatus[] = [301, 302, 307, 308];

/** Undefined for a status that the controller has not written. */
function translateStatus(status: Raw): ClaimStatus | undefined {
  const phase = status["phase"];
  if (phase !== "Pending" && phase !== "OK" && phase !== "Failed") return undefined;
  return {
    phase,
    reason: textOf(status["reason"]) ?? "",
    message: textOf(status["message"]) ?? "",
    lastUpdateTime: textOf(status["lastUpdateTime"]) ?? "",
    observedGeneration: numberOf(status["observedGeneration"]),
    ...optional("host", status["host"]),
    ...optional("unicodeHost", status["unicodeHost"]),
    ...optional("parent", status["parent"]),
    ...optional("holder", status["holder"]),
    ...stageOf(status["stage"]),
    ...(status["sources"] === undefined ? {} : { sources: listOf(status["sources"]).map(translateSource) }),
    ...(status["moreSources"] === undefined ? {} : { moreSources: numberOf(status["moreSources"]) }),
    conditions: listOf(status["conditions"]).map((condition) => translateCondition(fieldsOf(condition))),
  };
}

function stageOf(stage: unknown): { readonly stage?: Stage } {
  const known = stages.find((name) => name === stage);
  return known === undefined ? {} : { stage: known };
}

function translateSource(item: unknown): SourceStatus {
  const source = fieldsOf(item);
  return {
    kind: textOf(source["kind"]) ?? "",
    name: textOf(source["name"]) ?? "",
    ...(source["live"] === undefined ? {} : { live: numberOf(source["live"]) }),
    refused: numberOf(source["refused"]),
    refusals: listOf(source["refusals"]).map((refusal) => translateRefusal(fieldsOf(refusal))),
  };
}

function translateRefusal(refusal: Raw): PathRefusal {
  return {
    ...optional("path", refusal["path"]),
    reason: textOf(refusal["reason"]) ?? "",
    message: textOf(refusal["message"]) ?? "",
  };
}

function translateCondition(condition: Raw): Condition {
  const status = condition["status"];
  return {
    type: textOf(condition["type"]) ?? "",
    status: status === "True" || status === "False" ? status : "Unknown",
    reason: textOf(condition["reason"]) ?? "",
    message: textOf(condition["message"]) ?? "",
    lastTransitionTime: textOf(condition["lastTransitionTime"]) ?? "",
    observedGeneration: numberOf(condition["observedGeneration"]),
  };
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
