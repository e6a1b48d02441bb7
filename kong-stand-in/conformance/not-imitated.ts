/** Recorded exchanges that the stand-in answers differently, each with its reason. A controller uses none of them. */
export type NotImitated = { readonly topic: string; readonly exchanges: readonly string[]; readonly reason: string };

/** The list is kept true by the suite: one that is answered as recorded after all has no place here. */
export const NOT_IMITATED: readonly NotImitated[] = [
  {
    topic: "root-and-status",
    exchanges: ["root"],
    reason: "the answer lists some 250 settings of the node that was recorded; the stand-in tells those it obeys",
  },
  {
    topic: "root-and-status",
    exchanges: ["plugins-enabled"],
    reason: "the node that was recorded had all 45 bundled plugins enabled; the stand-in has five",
  },
  {
    topic: "certificates-and-snis",
    exchanges: [
      "ca-create",
      "ca-duplicate",
      "ca-leaf",
      "ca-chain",
      "ca-garbage",
      "ca-missing",
      "ca-wrong-digest",
      "ca-delete-used",
      "ca-delete",
    ],
    reason: "CA certificates are not kept: they are for what Kong asks of upstreams, which the proxy here does not do",
  },
  {
    topic: "schemas-validate",
    exchanges: [
      "upstreams-ok",
      "upstreams-ip",
      "targets-ok",
      "targets-no-upstream",
      "schema-upstreams",
      "schema-targets",
      "schema-ca_certificates",
      "workspaces-entity",
    ],
    reason: "upstreams, targets, CA certificates and workspaces are not kept: services name their hosts themselves",
  },
];
