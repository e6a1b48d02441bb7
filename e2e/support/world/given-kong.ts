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
  /** Whether it is the embedded gateway: the stand-in, which can be told to misbehave. */
  readonly embedded: boolean;
  /** Whether it came with the world, and goes with it. */
  readonly ours: boolean;
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
  return {
    adminUrl,
    proxyUrl,
    nodeUrls: [proxyUrl],
    nodeTls: tls === undefined ? [] : [tls],
    proxyTls: tls,
    controlUrl: undefined,
    embedded: false,
    ours: false,
  };
}

/**
 * Whether the caller wants a Kong in Docker.
 *
 * @throws Error where `KONG` says anything but `docker`, or the caller has set a Kong as well
 */
export function wantsDocker(env: NodeJS.ProcessEnv): boolean {
  const { KONG: kong = "" } = env;
  if (kong === "") return false;
  if (kong !== "docker") {
    throw new Error(
      `KONG=${kong} is not known: KONG=docker starts a Kong in Docker, KONG_ADMIN_URL names one of yours`,
    );
  }
  if (givenKong(env) !== undefined) throw new Error("Set KONG=docker or the address of a Kong of your own, not both");
  return true;
}

/** The variable by which an environment file of ours marks its gateway: it holds that gateway's Admin API address. */
export const OWN_GATEWAY = "KONG_EMBEDDED_GATEWAY";
