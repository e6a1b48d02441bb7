/** What is made of an annotation that Kong's users may write. */
export interface AnnotationRow {
  /**
   * `honoured`: it does what it says. `restricts`: it keeps what it stands on out of Kong, as less would be protected than is
   * meant (rule X6). `told`: it has no effect, and its owner is told so. `issues`: cert-manager orders certificates by it, which
   * is told where they are ordered here, too (rule T9).
   */
  readonly answer: "honoured" | "restricts" | "told" | "issues";
  /** What it says, or why it is so. */
  readonly help: string;
  /** The values that it takes, as the end of a sentence that begins with "expected"; absent: any. */
  readonly takes?: string;
}

/** The prefix of the annotations that Kong's users know. */
export const prefix = "konghq.com/";

/**
 * Kong's own bounds (its schema of services), but for retries, of which it takes 32,767: each is a connection and a line in its
 * log, all for one request to a Service that nobody is behind.
 */
export const serviceBounds = { timeout: 2 ** 31 - 2, retries: 20, path: 1_024 } as const;

/** The statuses with which Kong can answer a request by http where only https is meant. */
export const redirectCodes = ["426", "301", "302", "307", "308"] as const;

const milliseconds = `milliseconds from 1 to ${String(serviceBounds.timeout)}`;

/** Annotations of an Ingress, by their names; a name that ends with an asterisk stands for all that begin so. */
export const ingressAnnotations = {
  "konghq.com/host-aliases": {
    answer: "honoured",
    takes: "hosts, separated by commas",
    help: "further hosts for every rule that has a host; each has to be held as any other",
  },
  "konghq.com/strip-path": {
    answer: "honoured",
    takes: "true or false",
    help: "whether the path of the rule is taken away before the backend sees the request; false where it is missing",
  },
  "konghq.com/preserve-host": {
    answer: "honoured",
    takes: "true or false",
    help: "whether the backend sees the host that was asked for; true where it is missing",
  },
  "konghq.com/protocols": {
    answer: "honoured",
    takes: "http, https or http,https",
    help: "by which protocols it is served; both where it is missing. A value that can't be used keeps the Ingress out of Kong",
  },
  "konghq.com/https-redirect-status-code": {
    answer: "honoured",
    takes: redirectCodes.join(", "),
    help: "what a request by http is answered with where only https is served; 426 where it is missing, and until the host has a certificate",
  },
  "ingress.kubernetes.io/force-ssl-redirect": {
    answer: "honoured",
    takes: "true",
    help: "only https is served, and requests by http are redirected with 302, unless the two above say otherwise",
  },
  "cert-manager.io/cluster-issuer": {
    answer: "issues",
    help: "cert-manager orders a certificate for what spec.tls names",
  },
  "cert-manager.io/issuer": { answer: "issues", help: "the same" },
  "kubernetes.io/tls-acme": { answer: "issues", takes: "true", help: "the same, with cert-manager's default issuer" },
  "konghq.com/plugins": { answer: "restricts", help: "plugins (KongPlugin) may ask for a password or a key" },
  "konghq.com/methods": { answer: "restricts", help: "only some methods are meant" },
  "konghq.com/headers.*": { answer: "restricts", help: "only requests with a header are meant" },
  "konghq.com/snis": { answer: "restricts", help: "only some TLS server names are meant" },
  "configuration.konghq.com*": { answer: "told", help: "of an older time (KongIngress)" },
  "plugins.konghq.com*": { answer: "told", help: "of an older time" },
  "kolihub.io/*": { answer: "told", help: "of an older time" },
  "konghq.com/*": { answer: "told", help: "every other one" },
} as const satisfies Readonly<Record<string, AnnotationRow>>;

/** Annotations of a Service, by their names. */
export const serviceAnnotations = {
  "konghq.com/protocol": {
    answer: "honoured",
    takes: "http or https",
    help: "how the Service is spoken to, whatever appProtocol of its port says. Any other value keeps its paths out of Kong",
  },
  "konghq.com/path": {
    answer: "honoured",
    takes: "a path such as /api",
    help: "put before every path",
  },
  "konghq.com/connect-timeout": { answer: "honoured", takes: milliseconds, help: "until a connection is there" },
  "konghq.com/read-timeout": { answer: "honoured", takes: milliseconds, help: "between two pieces of the answer" },
  "konghq.com/write-timeout": { answer: "honoured", takes: milliseconds, help: "between two pieces of the request" },
  "konghq.com/retries": {
    answer: "honoured",
    takes: `a number from 0 to ${String(serviceBounds.retries)}`,
    help: "how often a request that failed is sent again",
  },
  "konghq.com/plugins": { answer: "restricts", help: "plugins (KongPlugin) may ask for a password or a key" },
  "konghq.com/tls-verify": { answer: "restricts", help: "Kong is to check the Service's certificate; false is told" },
  "konghq.com/client-cert": { answer: "restricts", help: "Kong is to show a client certificate" },
  "konghq.com/ca-certificates-secrets": {
    answer: "restricts",
    help: "Kong is to trust only some certificate authorities",
  },
  "konghq.com/*": { answer: "told", help: "every other one" },
} as const satisfies Readonly<Record<string, AnnotationRow>>;

/** The names in a table that have this answer. */
export function annotationsThat(
  answer: AnnotationRow["answer"],
  table: Readonly<Record<string, AnnotationRow>>,
): readonly string[] {
  return Object.entries(table).flatMap(([name, row]) => (row.answer === answer ? [name] : []));
}

/** True if the name of a row means the annotation. */
export function isMeant(row: string, annotation: string): boolean {
  return row.endsWith("*") ? annotation.startsWith(row.slice(0, -1)) : annotation === row;
}

/** A table in Markdown, for the documentation. */
export function annotationReference(table: Readonly<Record<string, AnnotationRow>>): string {
  const answers = {
    honoured: "honoured",
    restricts: "keeps it out of Kong",
    told: "no effect, and told",
    issues: "cert-manager's; told where a certificate is ordered here, too",
  } as const;
  const rows = Object.entries<AnnotationRow>(table).map(
    ([name, { answer, takes = "", help }]) => `| \`${name}\` | ${answers[answer]} | ${takes} | ${help} |`,
  );
  return (
    ["| Annotation | What is made of it | Values | What it says |", "|---|---|---|---|", ...rows].join("\n") + "\n"
  );
}
