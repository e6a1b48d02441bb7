/** Where Kong is reached. */
export interface KongAddresses {
  readonly adminUrl: string;
  readonly proxyUrl: string;
  /** The proxies of all nodes. */
  readonly nodeUrls: readonly string[];
  /** Host and port of the TLS listeners of all nodes, in the same order; empty where nobody said where. */
  readonly nodeTls: readonly string[];
  /** Host and port of the TLS listener; undefined when the caller gave a Kong without saying where. */
  readonly proxyTls: string | undefined;
  /** Where the embedded gateway is told to misbehave; undefined for any other Kong. */
  readonly controlUrl: string | undefined;
  /** Whether it is the embedded gateway, which came with the world and goes with it. */
  readonly embedded: boolean;
}

/**
 * The Kong that the caller has set by `KONG_ADMIN_URL` and `KONG_PROXY_URL` (and `KONG_PROXY_TLS`), or undefined when a
 * gateway is to be started. Addresses that come from an environment file of ours do not count: that gateway is ours, and
 * may be gone by now.
 */
export function givenKong(env: NodeJS.ProcessEnv): KongAddresses | undefined {
  const { KONG_ADMIN_URL: adminUrl = "", KONG_PROXY_URL: proxyUrl = "", KONG_PROXY_TLS: proxyTls = "" } = env;
  if (adminUrl === "" && proxyUrl === "") return undefined;
  if (adminUrl !== "" && adminUrl === env[OWN_GATEWAY]) return undefined;
  if (adminUrl === "" || proxyUrl === "") {
    throw new Error(
      "Set both KONG_ADMIN_URL and KONG_PROXY_URL to use a Kong of your own, or neither to get a gateway",
    );
  }
  const tls = proxyTls === "" ? undefined : proxyTls;
  const nodeTls = tls === undefined ? [] : [tls];
  return { adminUrl, proxyUrl, nodeUrls: [proxyUrl], nodeTls, proxyTls: tls, controlUrl: undefined, embedded: false };
}

/** The variable by which an environment file of ours marks its gateway: it holds that gateway's Admin API address. */
export const OWN_GATEWAY = "KONG_EMBEDDED_GATEWAY";
