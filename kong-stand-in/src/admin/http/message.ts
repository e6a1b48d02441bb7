import type { Value } from "../lua.ts";

/** A request with its whole body, as the Admin API looks at it. */
export type AdminRequest = {
  readonly method: string;
  /** The path as it was sent, undecoded. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
};

/** An answer: JSON, or a page of nginx, or nothing; `headers` come beside those that every answer has. */
export type Answer = {
  readonly status: number;
  readonly json?: Value;
  readonly page?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** An answer with a JSON body. */
export function json(status: number, body: Value): Answer {
  return { status, json: body };
}

/** An answer with only a message. */
export function message(status: number, text: string): Answer {
  return json(status, { message: text });
}

/** A page as nginx itself makes it. */
export function nginxPage(status: number, title: string): Answer {
  const heading = `${status} ${title}`;
  const lines = [
    "<html>",
    `<head><title>${heading}</title></head>`,
    "<body>",
    `<center><h1>${heading}</h1></center>`,
    "</body>",
    "</html>",
    "",
  ];
  return { status, page: lines.join("\r\n") };
}

/** Kong's answers that are the same everywhere. */
export const NOT_FOUND = message(404, "Not found");
export const METHOD_NOT_ALLOWED = message(405, "Method not allowed");
export const UNEXPECTED = message(500, "An unexpected error occurred");
