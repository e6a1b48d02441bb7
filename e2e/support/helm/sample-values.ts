/** The image that has to be named. */
export const image = { repository: "registry.example/domain-claims" } as const;

/** Values that turn on, or say something about, all that the chart has. */
export const everything = {
  image: { ...image, digest: `sha256:${"0".repeat(64)}` },
  imagePullSecrets: [{ name: "pull" }],
  kong: {
    adminUrl: "https://kong-admin.kong.svc:8444",
    token: { secret: "token", key: "admin" },
    headers: { secret: "headers" },
    ca: { configMap: "authorities" },
    clientCertificate: { secret: "client" },
  },
  extraEnv: [{ name: "TZ", value: "UTC" }],
  extraVolumes: [{ name: "more", emptyDir: {} }],
  extraVolumeMounts: [{ name: "more", mountPath: "/more" }],
  ingressClass: { default: true },
  serviceAccount: { annotations: { "acme.example/role": "edge" } },
  metrics: { serviceMonitor: { create: true }, alerts: { create: true }, dashboard: { create: true } },
  networkPolicy: { create: true, metricsFrom: [{ podSelector: {} }] },
  nodeSelector: { "kubernetes.io/os": "linux" },
  tolerations: [{ key: "edge", operator: "Exists" }],
  affinity: { nodeAffinity: {} },
  priorityClassName: "system-cluster-critical",
  podAnnotations: { a: "b" },
  podLabels: { c: "d" },
} as const;

/** Values that turn off all that can be. */
export const nothing = {
  crds: { install: false },
  ingressClass: { create: false },
  rbac: { create: false },
  serviceAccount: { create: false },
  metrics: { service: { create: false } },
  podDisruptionBudget: { create: false },
} as const;
