import { orderedLabel } from "@domain-claims/crds/domain";
import type { SecretVersion } from "../world/tls.ts";
import { certificateAnnotation } from "./order.ts";
import { fieldsOf, required, textOf } from "./raw.ts";
import type { Raw } from "./raw.ts";

/** What a Secret has for TLS, PEM: for the moment in which it is looked at, and never kept. */
export interface SecretContent {
  readonly resourceVersion: string;
  readonly type: string;
  /** Empty where there is none. */
  readonly cert: string;
  readonly key: string;
}

/** A Secret's projection, of which only the metadata is looked at. Throws an Error that names the field which is missing. */
export function translateSecret(raw: Raw): SecretVersion {
  const metadata = fieldsOf(raw["metadata"]);
  const name = required(metadata, "name");
  return {
    namespace: required(metadata, "namespace"),
    name,
    uid: required(metadata, "uid"),
    resourceVersion: required(metadata, "resourceVersion"),
    // A copy under another name keeps our mark, and is its owner's.
    ordered:
      fieldsOf(metadata["labels"])[orderedLabel] === "true" &&
      fieldsOf(metadata["annotations"])[certificateAnnotation] === name,
  };
}

/** What a Secret has. Throws an Error that names the field which is missing. */
export function translateSecretContent(raw: Raw): SecretContent {
  const data = fieldsOf(raw["data"]);
  const text = (name: string): string => Buffer.from(textOf(data[name]) ?? "", "base64").toString();
  return {
    resourceVersion: required(fieldsOf(raw["metadata"]), "resourceVersion"),
    type: textOf(raw["type"]) ?? "",
    cert: text("tls.crt"),
    key: text("tls.key"),
  };
}
