import type { HeaderList } from "./headers.ts";

/** An answer that the gateway makes itself. */
export type Answer = { readonly status: number; readonly headers: HeaderList; readonly body: string };

/** The header lines of a request by name, as the answers below need them. */
export type HeaderValues = (name: string) => readonly string[];

/**
 * An error that Kong reports (`kong.response.error`): as JSON, HTML, XML or plain text, whichever the client's
 * Accept prefers, JSON in doubt.
 */
export function kongError(
  status: number,
  message: string,
  requestId: string,
  header: HeaderValues,
  headers: HeaderList = [],
): Answer {
  const accept = header("accept");
  const type = answerType(accept.length === 0 ? undefined : accept.join(","));
  return { status, headers: [...headers, ["Content-Type", type]], body: errorBody(type, message, requestId) };
}

/** An error that nginx reports and Kong words: by Accept, else by the request's own Content-Type, else plain text. */
export function serverError(status: number, requestId: string, header: HeaderValues): Answer {
  const wanted = header("accept")[0] ?? header("content-type")[0] ?? "text/plain";
  const message = MESSAGES[status] ?? `The upstream server responded with ${status}`;
  const shown = status === 494 ? 400 : status;
  if (wanted.startsWith("application/grpc")) return jsonAnswer(shown, { message });
  const type = answerType(wanted);
  return { status: shown, headers: [["Content-Type", type]], body: errorBody(type, message, requestId) };
}

/** An answer with a JSON body, written as Kong writes it: with a backslash before each slash. */
export function jsonAnswer(status: number, body: unknown, headers: HeaderList = []): Answer {
  const type = headers.some(([name]) => name.toLowerCase() === "content-type");
  const typed: HeaderList = type ? headers : [...headers, ["Content-Type", JSON_TYPE]];
  return { status, headers: typed, body: JSON.stringify(body).replaceAll("/", "\\/") };
}

/**
 * An answer for which no body was given: nginx makes the page for a redirect or an error, Kong the text for the
 * errors that it handles; anything else is empty.
 */
export function bareAnswer(status: number, headers: HeaderList, requestId: string, header: HeaderValues): Answer {
  if (status !== 494 && MESSAGES[status] !== undefined) {
    const answer = serverError(status, requestId, header);
    return { ...answer, headers: [...headers, ...answer.headers] };
  }
  const title = PAGE_TITLES[status];
  if (title === undefined) return { status, headers, body: "" };
  const heading = `${status} ${title}`;
  const body = `<html>\r\n<head><title>${heading}</title></head>\r\n<body>\r\n<center><h1>${heading}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return { status, headers: [...headers, ["Content-Type", "text/html"]], body };
}

const MESSAGES: Readonly<Record<number, string>> = {
  400: "Bad request",
  404: "Not found",
  405: "Method not allowed",
  408: "Request timeout",
  411: "Length required",
  412: "Precondition failed",
  413: "Payload too large",
  414: "URI too long",
  417: "Expectation failed",
  494: "Request header or cookie too large",
  500: "An unexpected error occurred",
  502: "An invalid response was received from the upstream server",
  503: "The upstream server is currently unavailable",
  504: "The upstream server is timing out",
};

const PAGE_TITLES: Readonly<Record<number, string>> = {
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  401: "Authorization Required",
  402: "Payment Required",
  403: "Forbidden",
  406: "Not Acceptable",
  409: "Conflict",
  410: "Gone",
  415: "Unsupported Media Type",
  416: "Requested Range Not Satisfiable",
  421: "Misdirected Request",
  429: "Too Many Requests",
  501: "Not Implemented",
  505: "HTTP Version Not Supported",
  507: "Insufficient Storage",
};

const JSON_TYPE = "application/json; charset=utf-8";

const TYPES: Readonly<Record<string, string>> = {
  "application/grpc": "",
  "text/html": "text/html; charset=utf-8",
  "application/json": JSON_TYPE,
  "text/plain": "text/plain; charset=utf-8",
  "application/xml": "application/xml; charset=utf-8",
  "text/*": "text/plain; charset=utf-8",
};

/** The content type for an Accept header: that of its best media type, JSON if none is known. */
function answerType(accept: string | undefined): string {
  let best = 0;
  let type = JSON_TYPE;
  for (const value of (accept ?? "").split(",")) {
    const media = /^((?:[a-z0-9][a-z0-9\-!#$&^_+.]+|\*)\/(?:[a-z0-9][a-z0-9\-!#$&^_+.]+|\*))(.*)$/is.exec(value.trim());
    if (media === null) continue;
    const quality = qualityIn(media[2]!);
    if (quality <= best) continue;
    best = quality;
    type = TYPES[media[1]!] ?? JSON_TYPE;
  }
  return type;
}

function qualityIn(parameters: string): number {
  const quality = /;\s*q\s*=\s*(1(?:\.0{0,3})?|0(?:\.\d{0,3})?)/i.exec(parameters)?.[1];
  return quality === undefined ? 1 : Number(quality);
}

function errorBody(type: string, message: string, requestId: string): string {
  switch (type.split(";")[0]) {
    case "":
      return "";
    case "text/html":
      return `<!doctype html>
<html>
  <head>
    <meta charset="utf-8">
    <title>Error</title>
  </head>
  <body>
    <h1>Error</h1>
    <p>${message}.</p>
    <p>request_id: ${requestId}</p>
  </body>
</html>
`;
    case "application/xml":
      return `<?xml version="1.0" encoding="UTF-8"?>
<error>
  <message>${message}</message>
  <requestid>${requestId}</requestid>
</error>
`;
    case "text/plain":
      return `${message}\nrequest_id: ${requestId}\n`;
    default:
      return `{\n  "message":"${message}",\n  "request_id":"${requestId}"\n}`;
  }
}
