import type { Resource } from "./resources.ts";

/** The API server said no. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** The HTTP status. */
  readonly status: number;
  /** The Kubernetes reason (`NotFound`, `Forbidden` ...); empty where the answer was no Status object. */
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** What an API request was for; makes its refusal understandable. */
export interface Request {
  readonly verb: string;
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/**
 * The error for an answer of the API server with status 400 or more. `byRbac`: whether a 403 is RBAC's; a write may be
 * refused by a quota or a policy as well.
 */
export function apiError(status: number, body: string, request: Request, byRbac: boolean): ApiError {
  const said = parsedStatus(body);
  if (status === 404 && said === undefined)
    return new ApiError(
      status,
      "NotInstalled",
      `this cluster does not know ${request.resource.plural}.${request.resource.group}: Domain Claims for Kong is not installed in it. Its administrator installs it with the Helm chart domain-claims`,
    );
  if (status === 401) return new ApiError(status, "Unauthorized", "you must be logged in to the server (Unauthorized)");
  const message = said?.message ?? (body.trim().slice(0, 300) || `the server answered with status ${String(status)}`);
  if (status === 403) return new ApiError(status, "Forbidden", byRbac ? forbidden(message, request) : message);
  return new ApiError(status, said?.reason ?? "", message);
}

/** True for an error that says that RBAC denies the request. */
export function isDenied(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 403;
}

/** Undefined in place of what RBAC does not let be read. Throws any other error. */
export function undefinedIfDenied(error: unknown): undefined {
  if (!isDenied(error)) throw error;
}

/** "unread" in place of what RBAC does not let be read, where undefined says that it is not there. Throws any other error. */
export function unreadIfDenied(error: unknown): "unread" {
  if (isDenied(error)) return "unread";
  throw error;
}

/** Nothing in place of a list that RBAC does not let be read. Throws any other error. */
export function noneIfDenied(error: unknown): readonly [] {
  if (isDenied(error)) return [];
  throw error;
}

/** True for an error that says that the object does not exist, though its kind does. */
export function isMissing(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 404 && error.reason !== "NotInstalled";
}

/** True for an error that says that the object changed since it was read. */
export function isConflict(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 409 && error.reason === "Conflict";
}

function forbidden(message: string, { verb, resource, namespace }: Request): string {
  const kind = resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`;
  const who = namespace === undefined ? "a cluster administrator" : `an administrator of the namespace ${namespace}`;
  return `${message}\nAsk ${who} for the verb "${verb}" on ${kind} (RBAC)`;
}

function parsedStatus(body: string): { reason?: string; message?: string } | undefined {
  try {
    const value = JSON.parse(body) as { kind?: string; reason?: string; message?: string };
    return value.kind === "Status" ? value : undefined;
  } catch {
    return undefined;
  }
}
