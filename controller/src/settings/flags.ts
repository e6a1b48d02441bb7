/** One setting: a flag, and its equivalent in the environment. */
export interface Flag {
  readonly group: "Kubernetes" | "Kong" | "Claims and routes" | "Leader election" | "Operation";
  /** What kind of value it takes, for people: `duration`, `file`, `names`, ...; or the words of which it takes one. */
  readonly takes: string | readonly string[];
  /** The value where nothing is said; absent: none. */
  readonly default?: string;
  /** Shown instead of the default where that depends on another setting. */
  readonly defaultText?: string;
  /** Asked after the flag's own variable. */
  readonly environment?: string;
  /** May be given several times; the values add up. */
  readonly repeatable?: true;
  /** Takes `true` or `false`; given without a value it is `true`. */
  readonly switch?: true;
  readonly help: string;
}

/** Every setting of the controller, in the order in which `--help` shows them. */
const flags = {
  kubeconfig: {
    group: "Kubernetes",
    takes: "file",
    help: "Kubeconfig to use. Without it: the files in KUBECONFIG, then the pod's ServiceAccount, then ~/.kube/config.",
  },
  context: { group: "Kubernetes", takes: "name", help: "Context of the kubeconfig; without it, its current context." },
  "kong-admin-url": {
    group: "Kong",
    takes: "url",
    environment: "KONG_ADMIN_URL",
    help: "Address of Kong's Admin API (http or https). Needed.",
  },
  "kong-admin-token-file": {
    group: "Kong",
    takes: "file",
    help: "File whose content is sent as Kong-Admin-Token; read again when it changes.",
  },
  "kong-admin-header": {
    group: "Kong",
    takes: '"Name: value"',
    repeatable: true,
    help: "Header to send with every request to Kong. May be given several times; in the environment, one per line.",
  },
  "kong-admin-ca-file": {
    group: "Kong",
    takes: "file",
    help: "Certificate authorities (PEM) to trust for Kong, instead of the system's.",
  },
  "kong-admin-client-cert-file": {
    group: "Kong",
    takes: "file",
    help: "Client certificate (PEM) to show to Kong; goes with --kong-admin-client-key-file.",
  },
  "kong-admin-client-key-file": { group: "Kong", takes: "file", help: "Key (PEM) of the client certificate." },
  "kong-admin-tls-server-name": {
    group: "Kong",
    takes: "name",
    help: "Name to expect in Kong's certificate, where it is not the one in the address.",
  },
  "kong-admin-tls-skip-verify": {
    group: "Kong",
    takes: "boolean",
    switch: true,
    default: "false",
    help: "Do not check Kong's certificate. Whoever can answer at the address can then read the token.",
  },
  "kong-admin-timeout": {
    group: "Kong",
    takes: "duration",
    default: "10s",
    help: "Time until the whole answer of Kong must be there.",
  },
  "kong-admin-concurrency": {
    group: "Kong",
    takes: "number",
    default: "16",
    help: "Most writes to Kong at once. Removals have as many places of their own.",
  },
  "kong-tag": {
    group: "Kong",
    takes: "tag",
    default: "managed-by-domain-claims",
    help: "Tag of everything that is ours in Kong. What does not carry it is never changed or removed. Two controllers on one Kong need two tags.",
  },
  "kong-resync-period": {
    group: "Kong",
    takes: "duration",
    default: "60s",
    help: "How often everything that carries our tag is listed and repaired; 0 = never.",
  },
  "proxy-url": {
    group: "Kong",
    takes: "list",
    help: "The gateway's own addresses (http or https), separated by commas: every node. They are asked for proof that a change is in effect before a host changes hands. Without them, and where Kong has no pre-function, the settle time is waited for. Those with https are asked by TLS handshakes, too, before a host with a certificate is Live.",
  },
  "settle-time": {
    group: "Kong",
    takes: "duration",
    help: "How long after Kong's answer a change is taken to be in effect in all workers and nodes, where no --proxy-url is given. Default: twice Kong's worker_state_update_frequency (0 where its worker_consistency is strict), but never less than 2s; and before that its db_update_frequency and db_update_propagation, in which every other node of Kong hears of the change. A Kong of one node needs no more than the first.",
  },
  "kong-foreign-hosts": {
    group: "Kong",
    takes: "boolean",
    switch: true,
    default: "true",
    help: "Look which hosts routes of others in Kong name. Costs a listing of all of Kong's routes in each resync period.",
  },
  "foreign-hosts-handed-over": {
    group: "Claims and routes",
    takes: "names",
    repeatable: true,
    help: "Names, separated by commas, that go live although routes of others in Kong name them; *.x means every name below x. Otherwise such a host is left to them, but for namespaces with the label platform.koli.io/foreign-hosts=allowed.",
  },
  "ingress-class": {
    group: "Claims and routes",
    takes: "name",
    default: "kong",
    help: "Name of our IngressClass, for Ingresses that name it where there is no object of that name.",
  },
  "ingress-controller-name": {
    group: "Claims and routes",
    takes: "name",
    default: "platform.koli.io/kong",
    help: "spec.controller of the IngressClasses that are ours.",
  },
  "system-namespace": {
    group: "Claims and routes",
    takes: "namespace",
    environment: "POD_NAMESPACE",
    default: "kong-system",
    help: "Namespace whose primaries are searched for every shared claim.",
  },
  "primary-namespace-selector": {
    group: "Claims and routes",
    takes: "selector",
    defaultText: "every namespace",
    help: "Label selector of the namespaces that may claim primaries. Elsewhere only what is shared can be claimed, and holders keep what they hold.",
  },
  "reserved-names": {
    group: "Claims and routes",
    takes: "names",
    repeatable: true,
    defaultText: "the cluster domain and all names below it",
    help: "Names, separated by commas, that nobody may claim; *.x means every name below x. Replaces the default.",
  },
  "cluster-domain": {
    group: "Claims and routes",
    takes: "name",
    default: "cluster.local",
    help: "The cluster's own DNS domain.",
  },
  "allowed-suffixes": {
    group: "Claims and routes",
    takes: "names",
    repeatable: true,
    help: "Public suffixes, separated by commas, that may be claimed all the same.",
  },
  "catch-all-namespaces": {
    group: "Claims and routes",
    takes: "namespaces",
    repeatable: true,
    help: "Namespaces, separated by commas, that may serve rules without host and default backends.",
  },
  "ignored-annotations": {
    group: "Claims and routes",
    takes: "names",
    repeatable: true,
    help: "Annotations, separated by commas, that restrict access and do not keep routes out of Kong; x* means those that begin with x.",
  },
  "path-bytes": {
    group: "Claims and routes",
    takes: "number",
    default: "2048",
    help: "Most bytes of a path; longer ones are not served.",
  },
  "paths-per-host": {
    group: "Claims and routes",
    takes: "number",
    default: "1000",
    help: "Most paths of a host, of all objects of its namespace; a regular expression counts as many as for --routes-per-namespace. The oldest come first.",
  },
  "routes-per-namespace": {
    group: "Claims and routes",
    takes: "number",
    default: "10000",
    help: "Most routes of a namespace: the hosts of each object of ours, each with its paths. A regular expression counts as many as it takes memory in Kong (\\w or \\p as twenty), or time to match a request: what is endless as four. The oldest objects come first.",
  },
  "claims-per-namespace": {
    group: "Claims and routes",
    takes: "number",
    default: "1000",
    help: "Most claims of a namespace; the oldest come first, and a claim that holds its host keeps it.",
  },
  "waiting-claims-per-namespace": {
    group: "Claims and routes",
    takes: "number",
    default: "200",
    help: "Most claims of a namespace that wait for hosts which other claims hold; the oldest come first.",
  },
  "publish-status-address": {
    group: "Claims and routes",
    takes: "addresses",
    repeatable: true,
    help: "The gateway's IP addresses or hostnames, separated by commas, for the status of accepted Ingresses.",
  },
  "publish-service": {
    group: "Claims and routes",
    takes: "namespace/name",
    help: "The gateway's Service, whose addresses go to the status of accepted Ingresses. Not with --publish-status-address.",
  },
  redemption: {
    group: "Claims and routes",
    takes: "duration",
    default: "10m",
    help: "How long a host whose claim was deleted without kubectl domain release stays reserved for its namespace. 0: not at all.",
  },
  "issuer-name": {
    group: "Claims and routes",
    takes: "name",
    help: "cert-manager's issuer that signs certificates for the hosts which are served. Without it no certificates are ordered.",
  },
  "issuer-kind": {
    group: "Claims and routes",
    takes: ["ClusterIssuer", "Issuer"],
    default: "ClusterIssuer",
    help: "The kind of --issuer-name. An Issuer is looked for in the namespace of each claim.",
  },
  "approve-requests": {
    group: "Claims and routes",
    takes: "boolean",
    switch: true,
    default: "false",
    help: "Approve the CertificateRequests for --issuer-name whose namespace holds every host that they name, and deny all others. cert-manager must not approve them by itself: see docs/https.md.",
  },
  "names-per-certificate": {
    group: "Claims and routes",
    takes: "number",
    default: "100",
    help: "Most names of one certificate. Let's Encrypt takes 100, and 25 with its profiles tlsserver and shortlived.",
  },
  "orders-per-namespace": {
    group: "Claims and routes",
    takes: "number",
    default: "60",
    help: "Most orders of certificates that one namespace makes in three hours, of the 300 that Let's Encrypt takes from an account. A namespace with the sites of many customers may need them all.",
  },
  "untried-names": {
    group: "Claims and routes",
    takes: "number",
    default: "20",
    help: "Most names that a namespace orders at once of which it is not known whether the issuer can validate them, as with a solver of DNS-01 for any zone. Each whose DNS record can't be written may keep one of cert-manager's 60 places for ever: set it to 100 only where the issuer can write into every zone that is claimed.",
  },
  "record-retention": {
    group: "Claims and routes",
    takes: "duration",
    default: "90d",
    help: "How long the record of a host stays after its last holder released it.",
  },
  "released-records-per-namespace": {
    group: "Claims and routes",
    takes: "number",
    default: "50",
    help: "Most records of released hosts that stay for one namespace, those of hosts that are reserved for it included, and for all together that are gone; the oldest go first.",
  },
  "leader-election": {
    group: "Leader election",
    takes: "boolean",
    switch: true,
    default: "true",
    help: "Let one of several controllers write at a time. Without it, never run two.",
  },
  "lease-namespace": {
    group: "Leader election",
    takes: "namespace",
    defaultText: "POD_NAMESPACE, else the system namespace",
    environment: "POD_NAMESPACE",
    help: "Namespace of the Lease.",
  },
  "lease-name": { group: "Leader election", takes: "name", default: "domain-claims", help: "Name of the Lease." },
  "lease-duration": {
    group: "Leader election",
    takes: "duration",
    default: "15s",
    help: "How long a candidate waits for a sign of the leader before it takes over.",
  },
  "lease-renew-deadline": {
    group: "Leader election",
    takes: "duration",
    default: "10s",
    help: "How long the leader goes on writing without having renewed its Lease; less than the duration.",
  },
  "lease-retry-period": {
    group: "Leader election",
    takes: "duration",
    default: "2s",
    help: "How often the leader renews its Lease and candidates look at it; less than the renew deadline.",
  },
  "health-address": {
    group: "Operation",
    takes: "host:port",
    default: "0.0.0.0:8080",
    help: "Where /livez, /healthz, /readyz and /metrics are served, to everybody who can reach it: by default on every address. 127.0.0.1:8080 keeps it to the machine or pod; port 0 takes a free one and logs it.",
  },
  "report-only": {
    group: "Operation",
    takes: "boolean",
    switch: true,
    default: "false",
    help: "Decide what is in the cluster, print what would be served and what would be written to the Kong that there is, and end. Nothing is written anywhere, and rights to read are enough.",
  },
  watch: {
    group: "Operation",
    takes: "boolean",
    switch: true,
    default: "false",
    help: "With --report-only: go on, and print the report again whenever something else would come of it.",
  },
  "report-format": {
    group: "Operation",
    takes: ["text", "json"],
    default: "text",
    help: "What --report-only prints: text for people, or one JSON object a line.",
  },
  "before-uninstall": {
    group: "Operation",
    takes: ["wait", "delete"],
    help: "Do what has to be done before the controller is removed, and end: wait until no claim is being deleted any more, or delete every claim and wait until all are gone. What is left when the time is over is said. Needs a controller that leads, and no address of Kong.",
  },
  "before-uninstall-timeout": {
    group: "Operation",
    takes: "duration",
    default: "4m",
    help: "How long --before-uninstall waits.",
  },
  "debug-address": {
    group: "Operation",
    takes: "address",
    help: "Where the leader shows what it knows and decides of a host, and the log level can be set (/debug). A loopback address, such as 127.0.0.1:8081: only from the machine or pod itself, kubectl port-forward included. Without it, nowhere.",
  },
  "log-level": {
    group: "Operation",
    takes: ["debug", "info", "warn", "error"],
    default: "info",
    help: "The least severe messages to log. SIGUSR2 turns debug on while the controller runs, and off again.",
  },
  "log-format": {
    group: "Operation",
    takes: ["json", "text"],
    default: "json",
    help: "One JSON object or one line of text a message.",
  },
} as const satisfies Readonly<Record<string, Flag>>;

/** Name of a setting, without the dashes. */
export type FlagName = keyof typeof flags;

/** All names, in order. */
export const flagNames = Object.keys(flags) as readonly FlagName[];

/** The setting by its name. */
export function flag(name: FlagName): Flag {
  return flags[name];
}

type FlagOfWords = { [N in FlagName]: (typeof flags)[N]["takes"] extends string ? never : N }[FlagName];

/** The words of which a setting takes one. */
export function wordsOf<N extends FlagOfWords>(name: N): (typeof flags)[N]["takes"] {
  return flags[name].takes;
}

/** The environment variables of a setting, the first one that is set counts. */
export function variablesOf(name: FlagName): readonly string[] {
  const own = `DOMAIN_CLAIMS_${name.toUpperCase().replaceAll("-", "_")}`;
  const other = flag(name).environment;
  return other === undefined ? [own] : [own, other];
}
