/**
 * The log. Fields are `object` ("Domain team-a/shop"), `reason`, `durationMs`, `err` (an Error) and other plain values, chosen
 * one by one: never a whole answer.
 */
export interface Log {
  readonly debug: (fields: object, message: string) => void;
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
}

/** What may be logged of something thrown: its own sentence, shortened, without properties that a client may have hung on it. */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.length > 500 ? `${text.slice(0, 500)}...` : text;
}
