import { bytesOf, textOf } from "../bytes.ts";
import { pathRegex, regexFault } from "../../route-regex.ts";

/** Why the text is no path of a service. */
export function pathFault(path: string): string | undefined {
  if (!isOfUriCharacters(path)) {
    return `invalid path: '${path}' (characters outside of the reserved list of RFC 3986 found)`;
  }
  return percentFault(path);
}

/** Why the text is no path of a route: a plain path must be in its normal form, one after `~` a regular expression. */
export function routePathFault(path: string): string | undefined {
  const percent = isOfUriCharacters(path) ? percentFault(path) : undefined;
  if (percent !== undefined) return percent;
  if (!path.startsWith("~")) {
    const normal = normalized(path);
    return normal === path ? undefined : `non-normalized path, consider use '${normal}' instead`;
  }
  const regex = path.slice(1);
  const fault = regexFault(() => pathRegex(regex));
  if (fault === undefined || PCRE_KNOWS.test(fault)) return undefined;
  return `invalid regex: '${regex}' (PCRE returned: pcre2_compile() failed: ${fault})`;
}

/**
 * Kong has a pattern compiled by PCRE first and by Rust's engine later, in the router's check. There is no PCRE here:
 * what Rust's engine refuses is said to be PCRE's fault, but for what that one would take. What PCRE alone would
 * refuse, such as `a**` or a count above 65535, is taken.
 */
const PCRE_KNOWS = /look-around|backreferences|unrecognized flag|invalid capture group/;

/**
 * The path with unreserved characters decoded, escapes in capitals, dot segments and double slashes resolved
 * (RFC 3986, sections 6.2.2 and 5.2.4, but without encoding anything).
 */
export function normalized(path: string): string {
  if (path === "" || path === "/") return path;
  const raw = bytesOf(path).toString("latin1");
  const decoded = raw.replace(/%([0-9a-f]{2})/gi, (escape, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return RESERVED.includes(character) ? escape.toUpperCase() : character;
  });
  const resolved = /\.|\/\//.test(decoded) ? withoutDotSegments(decoded) : decoded;
  return textOf(Buffer.from(resolved, "latin1"));
}

const RESERVED = "!*'();:@&=+$,/?%#[]";

function isOfUriCharacters(path: string): boolean {
  return /^\/[\w.\-~/%:@!$&'()*+,;=]*$/.test(path);
}

function percentFault(path: string): string | undefined {
  const wrong = /%.?.?/s.exec(path.replace(/%[0-9a-f]{2}/gi, "___"))?.[0];
  return wrong === undefined ? undefined : `invalid url-encoded value: '${wrong}'`;
}

function withoutDotSegments(path: string): string {
  const output: string[] = [];
  let rest = path;
  while (rest !== "") {
    if (rest === "/.") rest = "/";
    else if (rest === "/..") {
      rest = "/";
      output.pop();
    } else if (rest === "." || rest === "..") rest = "";
    else if (rest.startsWith("../")) rest = rest.slice(3);
    else if (rest.startsWith("./")) rest = rest.slice(2);
    else if (rest.startsWith("/./")) rest = rest.slice(2);
    else if (rest.startsWith("/../")) {
      rest = rest.slice(3);
      output.pop();
    } else if (rest.startsWith("//")) rest = rest.slice(1);
    else {
      const next = rest.indexOf("/", 1);
      output.push(next < 0 ? rest : rest.slice(0, next));
      rest = next < 0 ? "" : rest.slice(next);
    }
  }
  return output.join("");
}
