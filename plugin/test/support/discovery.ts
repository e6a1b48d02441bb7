import type * as http from "node:http";

const domains = {
  name: "domains",
  singularName: "domain",
  namespaced: true,
  kind: "Domain",
  shortNames: ["dclaim"],
  verbs: ["get", "list", "watch", "create", "patch", "delete"],
};
const hostRecords = {
  name: "hostrecords",
  singularName: "hostrecord",
  namespaced: false,
  kind: "HostRecord",
  verbs: ["get", "list", "watch"],
};
const domainCertificates = {
  name: "domaincertificates",
  singularName: "domaincertificate",
  namespaced: true,
  kind: "DomainCertificate",
  verbs: ["get", "list", "watch"],
};
const groupVersion = "platform.koli.io/v1";

const ours = {
  name: "platform.koli.io",
  versions: [{ groupVersion, version: "v1" }],
  preferredVersion: { groupVersion, version: "v1" },
};

const documents: Readonly<Record<string, unknown>> = {
  "/api": { kind: "APIVersions", versions: ["v1"] },
  "/api/v1": { kind: "APIResourceList", groupVersion: "v1", resources: [] },
  "/apis": {
    kind: "APIGroupList",
    apiVersion: "v1",
    groups: [ours],
  },
  "/apis/platform.koli.io": { kind: "APIGroup", apiVersion: "v1", ...ours },
  "/apis/platform.koli.io/v1": {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion,
    resources: [domains, hostRecords, domainCertificates],
  },
  "/version": { major: "1", minor: "34", gitVersion: "v1.34.4" },
};

/** Answers what kubectl asks before it reads Domains; true where it did. For `FakeApi.intercept`. */
export function discovery(request: http.IncomingMessage, response: http.ServerResponse): boolean {
  const document = documents[(request.url ?? "").replace(/\?.*$/, "")];
  if (document === undefined) return false;
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(document));
  return true;
}
