/**
 * A request path in the form in which Kong routes it: percent-encoding undone except for reserved characters
 * (those get upper-case digits), dot segments resolved as in RFC 3986 section 5.2.4, double slashes merged.
 * In and out are byte strings (one character a byte), as they stand on the wire.
 */
export function normalizedPath(path: string): string {
  if (!NEEDS_WORK.test(path)) return path;
  const decoded = path.replaceAll(/%([0-9A-Fa-f]{2})/g, (triplet, digits: string) => {
    const character = String.fromCharCode(parseInt(digits, 16));
    return RESERVED.includes(character) ? triplet.toUpperCase() : character;
  });
  return withoutDotSegments(decoded);
}

const NEEDS_WORK = /%|\.|\/\//;
const RESERVED = "!*'();:@&=+$,/?%#[]";

function withoutDotSegments(path: string): string {
  const output: string[] = [];
  let at = 0;
  while (at < path.length) {
    const rest = path.length - at;
    if (path.startsWith("/./", at)) at += 2;
    else if (path.startsWith("/../", at)) {
      at += 3;
      output.pop();
    } else if (path.startsWith("//", at)) at += 1;
    else if (path.startsWith("../", at)) at += 3;
    else if (path.startsWith("./", at)) at += 2;
    else if (path.startsWith("/..", at) && rest === 3) {
      output.pop();
      return [...output, "/"].join("");
    } else if (path.startsWith("/.", at) && rest === 2) return [...output, "/"].join("");
    else if ((rest === 1 && path.endsWith(".")) || (rest === 2 && path.startsWith("..", at))) break;
    else {
      const slash = path.indexOf("/", at + 1);
      const end = slash === -1 ? path.length : slash;
      output.push(path.slice(at, end));
      at = end;
    }
  }
  return output.join("");
}

/** A path as Kong sends it upstream: what may not stand in a request line is percent-encoded, the rest stays. */
export function escapedPath(path: string): string {
  return path.replaceAll(
    /[^!#$&'()*+,/:;=?@[\]A-Za-z0-9\-_.~%]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/**
 * The path for the upstream, before it is escaped (path handling v0, the only one that `traditional_compatible`
 * knows: it treats v1 alike). `prefix` is what the route matched, and is taken away if the route strips.
 */
export function upstreamPath(base: string, path: string, prefix: string | undefined, strip: boolean): string {
  if (!strip) {
    if (base.endsWith("/")) return base + path.slice(1);
    return path === "/" ? base : base + path;
  }
  const rest = harmlessRest(path.slice((prefix ?? "/").length));
  if (rest === "") return baseAlone(base, path);
  const trunk = base.endsWith("/") ? base.slice(0, -1) : base;
  return rest.startsWith("/") ? trunk + rest : `${trunk}/${rest}`;
}

function baseAlone(base: string, path: string): string {
  if (base === "/") return "/";
  if (base.endsWith("/")) return path.endsWith("/") ? base : base.slice(0, -1);
  return path.length > 1 && path.endsWith("/") ? `${base}/` : base;
}

/** What is left of a path after its prefix must not become a dot segment below the service's path. */
function harmlessRest(rest: string): string {
  if (rest === "." || rest === "..") return "";
  if (rest.startsWith("./")) return rest.slice(2);
  return rest.startsWith("../") ? rest.slice(3) : rest;
}
