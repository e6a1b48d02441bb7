/** What may go to a log: nothing here may let a token, a key, a header or the body of an answer through. */

type Plain = string | number | boolean | null;

/** What is logged of an error: its words and the fields that are known to hold no secret. */
export interface SafeError {
  readonly type: string;
  readonly message: string;
  readonly at?: readonly string[];
  readonly cause?: SafeError;
  readonly [field: string]: unknown;
}

/** Error fields that are logged, where they are text, numbers or booleans. */
const errorFields = [
  "kind",
  "status",
  "code",
  "reason",
  "kongName",
  "retryAfterMs",
  "outcomeUnknown",
  "syscall",
] as const;

/** Names of fields whose value is never logged. */
const secretName =
  /token$|password|passphrase|secret|authorization|credential|cookie|headers?$|body$|privatekey|^pem$/i;

const hidden = "(hidden)";
const longestText = 2_000;
const longestList = 20;

/**
 * The fields of a message as they are logged: plain values, lists of them, and errors. Anything else is left out, since
 * nobody can say what it holds. `secrets` are texts that are hidden wherever they stand.
 */
export function safeFields(fields: object, secrets: readonly string[] = []): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const safe = secretName.test(name) ? hidden : safeValue(value, secrets);
      return safe === undefined ? [] : [[name, safe]];
    }),
  );
}

/** Text without what looks like a credential or a key, shortened. */
export function safeText(text: string, secrets: readonly string[] = []): string {
  const clean = [...secrets]
    .filter((secret) => secret.length >= 6)
    .reduce((rest, secret) => rest.replaceAll(secret, hidden), text)
    .replace(/-----BEGIN [^-]*-----[\s\S]*?(-----END [^-]*-----|$)/g, hidden)
    .replace(/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${hidden}`)
    .replace(/\beyJ[\w-]{6,}\.[\w-]+(\.[\w-]*)?/g, hidden)
    .replace(
      /((?:token|password|secret|authorization|cookie|api[-_]?key)["']?\s*[:=]\s*)("[^"]*"|[^\s,;}]+)/gi,
      `$1${hidden}`,
    )
    .replace(/(\/\/)[^/\s@]+@/g, `$1${hidden}@`);
  return clean.length <= longestText ? clean : `${clean.slice(0, longestText)}...`;
}

function safeValue(value: unknown, secrets: readonly string[]): unknown {
  if (value === undefined) return undefined;
  if (value instanceof Error) return safeError(value, secrets);
  if (Array.isArray(value)) {
    const plain = value.flatMap((one: unknown) => {
      const safe = safePlain(one, secrets);
      return safe === undefined ? [] : [safe];
    });
    return plain.length <= longestList
      ? plain
      : [...plain.slice(0, longestList), `and ${plain.length - longestList} more`];
  }
  return safePlain(value, secrets) ?? "(not logged)";
}

function safePlain(value: unknown, secrets: readonly string[]): Plain | undefined {
  if (typeof value === "string") return safeText(value, secrets);
  if (typeof value === "bigint") return value.toString();
  return typeof value === "number" || typeof value === "boolean" || value === null ? value : undefined;
}

function safeError(error: Error, secrets: readonly string[], depth = 0): SafeError {
  const fields = errorFields.flatMap((name) => {
    const value: unknown = Reflect.get(error, name);
    const safe = value === null ? undefined : safePlain(value, secrets);
    return safe === undefined ? [] : [[name, safe] as const];
  });
  return {
    type: error.name,
    message: safeText(messageOf(error), secrets),
    ...Object.fromEntries(fields),
    ...(depth === 0 ? { at: frames(error) } : {}),
    ...(error.cause instanceof Error && depth < 3 ? { cause: safeError(error.cause, secrets, depth + 1) } : {}),
  };
}

/** The first line of the message. A parser's quotes the text that it read, and a client's often the whole answer. */
function messageOf(error: Error): string {
  const quotes =
    error instanceof SyntaxError || ["body", "headers", "response", "request"].some((name) => name in error);
  return quotes ? "(not logged: it may quote an answer)" : (error.message.split("\n")[0] ?? "");
}

/** Where it was thrown; the stack without the message that it starts with. */
function frames(error: Error): readonly string[] {
  const lines = error.stack?.split("\n").filter((line) => /^ {4}at /.test(line)) ?? [];
  return lines.slice(0, 8).map((line) => line.trim().slice(0, 200));
}
