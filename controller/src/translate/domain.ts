import { finalizer } from "@domain-claims/crds/domain";
import type { Claim, ClaimStatus, Condition, Finalizers } from "../world/types.ts";
import { fieldsOf, listOf, optional, required, textOf, textsOf } from "./raw.ts";
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
    finalizers: translateFinalizers(listOf(metadata["finalizers"])),
    primary: required(spec, "primary"),
    sub: textOf(spec["sub"]),
    parent: textOf(spec["parent"]),
    delegates: textsOf(spec["delegates"]),
    status: translateStatus(fieldsOf(raw["status"])),
  };
}

function translateFinalizers(finalizers: readonly unknown[]): Finalizers {
  const ours = finalizers.indexOf(finalizer);
  return { count: finalizers.length, ours: ours < 0 ? undefined : ours };
}

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
    conditions: listOf(status["conditions"]).map((condition) => translateCondition(fieldsOf(condition))),
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
