/** A Kubernetes Namespace. */
export interface Namespace {
  readonly name: string;
  readonly uid: string;
  /** Of its labels those that something is decided from. */
  readonly labels: Readonly<Record<string, string>>;
}

/** One entry of `status.loadBalancer.ingress`: exactly one of the two. */
export interface LoadBalancerAddress {
  readonly ip?: string;
  readonly hostname?: string;
}

/** Which Service is meant. */
export interface ServiceRef {
  readonly namespace: string;
  readonly name: string;
}

/** A Kubernetes Service. */
export interface Service extends ServiceRef {
  readonly uid: string;
  readonly type: string;
  readonly ports: readonly ServicePort[];
  readonly options: ServiceOptions;
  /** Annotations that restrict who may reach it, and can't be honoured (rule X6). */
  readonly restrictions: readonly string[];
  /** What is wrong with its annotations, for those who lead to it. */
  readonly problems: readonly string[];
  /** `status.loadBalancer.ingress`, else the external IPs: what `--publish-service` publishes. */
  readonly addresses: readonly LoadBalancerAddress[];
}

/** One port of a Service. */
export interface ServicePort {
  readonly name: string | undefined;
  readonly port: number;
  /**
   * Where a connection to the Service's name has to go: the port, but of a headless Service, whose name leads to the pods
   * themselves, its target port; undefined where that has a name, which only the pods know.
   */
  readonly dialed: number | undefined;
  /** `protocol`: TCP, UDP or SCTP. */
  readonly transport: string;
  readonly appProtocol: string | undefined;
}

/** How a Service wants to be spoken to, as its annotations say. */
export interface ServiceOptions {
  /** Undefined: as the port's `appProtocol` says. */
  readonly protocol: string | undefined;
  /** Put before every path. */
  readonly path: string | undefined;
  /** Milliseconds. */
  readonly connectTimeout: number | undefined;
  readonly readTimeout: number | undefined;
  readonly writeTimeout: number | undefined;
  readonly retries: number | undefined;
}
