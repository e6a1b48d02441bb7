/** What went wrong, as far as a caller has to tell it apart. */
export type KongErrorKind =
  /** Network, time-out, 429, 5xx, refused credentials, or something that is not Kong's Admin API: try again later. */
  | "unavailable"
  /** The answer is longer than the request allows: ask for less. */
  | "tooLong"
  /** Kong will not have this request, however often it is repeated. */
  | "refused"
  /** An entity with the id exists. */
  | "idTaken"
  /** Another entity has the name (a plugin: another one of its kind is on the service). */
  | "nameTaken"
  /** The service that the entity refers to does not exist. */
  | "missingReference"
  /** The entity can't go while others refer to it. */
  | "stillReferenced"
  /** The entity to change does not exist. */
  | "notFound";

/** What a {@link KongError} is made of, beside its message. */
export interface KongErrorDetails {
  readonly kind: KongErrorKind;
  readonly why?: string;
  readonly status?: number | undefined;
  readonly code?: number | undefined;
  readonly kongName?: string | undefined;
  readonly kongMessage?: string | undefined;
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly outcomeUnknown?: boolean;
  readonly cause?: unknown;
}

/** A call to Kong that did not do what it was for. The message is a sentence, without credentials or bodies. */
export class KongError extends Error {
  override readonly name = "KongError";
  readonly kind: KongErrorKind;
  /** The message without the request, to be continued from "Kong does not answer: ": the same for the same trouble. */
  readonly why: string;
  /** HTTP status; undefined if there was no answer. */
  readonly status: number | undefined;
  /** Kong's own error code (2 = schema violation, 5 = unique constraint violation, ...). */
  readonly code: number | undefined;
  /** Kong's name for the code. */
  readonly kongName: string | undefined;
  /** Kong's own words, shortened. */
  readonly kongMessage: string | undefined;
  /** Which fields Kong complains about. */
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  /** How long Kong asks to be left alone, in milliseconds (`Retry-After`). */
  readonly retryAfterMs: number | undefined;
  /** True if the request was a write which may have taken effect: read before you conclude anything. */
  readonly outcomeUnknown: boolean;

  constructor(message: string, details: KongErrorDetails) {
    super(message, { cause: details.cause });
    this.kind = details.kind;
    this.why = details.why ?? message;
    this.status = details.status;
    this.code = details.code;
    this.kongName = details.kongName;
    this.kongMessage = details.kongMessage;
    this.fields = details.fields;
    this.retryAfterMs = details.retryAfterMs;
    this.outcomeUnknown = details.outcomeUnknown ?? false;
  }
}
