import type { KubeResponse } from "./calls.ts";

/**
 * What a failed call means to its caller: `notFound` is also said of a namespace that is being deleted, in which nothing can be
 * made any more; `conflict` is 409 other than AlreadyExists, and a uid that belongs to another
 * incarnation; `tooLarge` says that an object has become larger than can be stored or read, which stays so until somebody
 * makes it smaller; `unavailable` is worth trying again as it stands (no answer, 429, other 5xx, credentials that expired).
 */
export type KubeErrorKind = "notFound" | "conflict" | "alreadyExists" | "refused" | "tooLarge" | "unavailable";

/** A call to the API server that failed; the message is a sentence that names the call. */
export class KubeError extends Error {
  override readonly name = "KubeError";
  /** HTTP status; 0 if there was no answer. */
  readonly status: number;
  /** `reason` of the API server's Status; empty if there was none. */
  readonly reason: string;
  /** Milliseconds that the API server asks us to wait. */
  readonly retryAfterMs?: number;
  readonly kind: KubeErrorKind;

  constructor(
    message: string,
    facts: { status: number; reason: string; kind: KubeErrorKind; retryAfterMs?: number | undefined; cause?: unknown },
  ) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.status = facts.status;
    this.reason = facts.reason;
    this.kind = facts.kind;
    if (facts.retryAfterMs !== undefined) this.retryAfterMs = facts.retryAfterMs;
  }
}

/** True for what happens where two write at once: the object was changed, made or removed in between. */
export function isContention(error: unknown): boolean {
  return error instanceof KubeError && ["conflict", "alreadyExists", "notFound"].includes(error.kind);
}

/** The error for a call without a whole answer: `what` happened to which call, and why. */
export function unavailable(what: string, cause?: unknown): KubeError {
  const why = cause instanceof Error ? `: ${cause.message}` : "";
  return new KubeError(`${what}${why}`, { status: 0, reason: "", kind: "unavailable", cause });
}

/** The error that an answer stands for, whatever its status; `call` names the call ("GET /api/v1/namespaces"). */
export function errorOf(call: string, response: KubeResponse): KubeError {
  const status = statusObject(response.body);
  const said = status.message ?? `HTTP ${response.status}`;
  return new KubeError(`${call}: ${said}`, {
    status: response.status,
    reason: status.reason ?? "",
    kind: kindOf(response.status, status),
    retryAfterMs: retryAfterMs(response, status),
  });
}

/** The parts of `metav1.Status` that are used; every one is undefined where the body is something else. */
export interface StatusObject {
  readonly code?: number;
  readonly message?: string;
  readonly reason?: string;
  /** `details.name`: the object that the answer is about. */
  readonly name?: string;
  readonly retryAfterSeconds?: number;
  /** `details.causes[].field`. */
  readonly fields: readonly string[];
  /** `details.causes[].reason`. */
  readonly causes: readonly string[];
}

/** Reads `metav1.Status` from anything (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status). */
export function statusObject(body: unknown): StatusObject {
  const status = record(body);
  if (status["kind"] !== "Status") return { fields: [], causes: [] };
  const details = record(status["details"]);
  const causes = Array.isArray(details["causes"]) ? details["causes"] : [];
  return {
    ...only("code", status["code"], "number"),
    ...only("message", status["message"], "string"),
    ...only("reason", status["reason"], "string"),
    ...only("name", details["name"], "string"),
    ...only("retryAfterSeconds", details["retryAfterSeconds"], "number"),
    fields: causes.map((cause) => record(cause)["field"]).filter((field) => typeof field === "string"),
    causes: causes.map((cause) => record(cause)["reason"]).filter((reason) => typeof reason === "string"),
  };
}

/** What etcd, and the API server's client of it, say of an object that is too large: as a 500 without a reason. */
const tooLarge = /^etcdserver: request is too large$|trying to send message larger than max/;

/** What it says, as a 500 too, to an apply with fields that an older definition of the kind does not have. */
const undeclared = /^failed to create typed patch object .*: field not declared in schema/s;

function kindOf(code: number, status: StatusObject): KubeErrorKind {
  if (code === 404 || (code === 403 && status.causes.includes("NamespaceTerminating"))) return "notFound";
  if (code === 409) return status.reason === "AlreadyExists" ? "alreadyExists" : "conflict";
  if (code === 422 && status.fields.includes("metadata.uid")) return "conflict";
  if (code === 500 && undeclared.test(status.message ?? "")) return "refused";
  if (code === 413 || (code === 500 && tooLarge.test(status.message ?? ""))) return "tooLarge";
  return code === 401 || code === 408 || code === 429 || code >= 500 ? "unavailable" : "refused";
}

function retryAfterMs(response: KubeResponse, status: StatusObject): number | undefined {
  const header = response.headers["retry-after"];
  const seconds = header === undefined || !/^\d+$/.test(header) ? status.retryAfterSeconds : Number(header);
  return seconds === undefined || seconds <= 0 ? undefined : seconds * 1000;
}

function only(key: string, value: unknown, type: "number" | "string"): object {
  return typeof value === type ? { [key]: value } : {};
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
