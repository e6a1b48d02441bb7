/** An Ingress as a team writes it: every path of the hosts goes to the Service `web`, whose port is called `http`. */
export function ingress(...hosts: readonly string[]): string {
  return ingressWith(undefined, ...hosts);
}

/** The same, and the hosts are served over HTTPS with the certificate in the Secret. */
export function ingressWith(secret: string | undefined, ...hosts: readonly string[]): string {
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  ingressClassName: kong
${secret === undefined ? "" : `  tls:\n  - {secretName: ${secret}}\n`}  rules:
${hosts.map(rule).join("")}`;
}

function rule(host: string): string {
  return `  - host: ${host}
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
`;
}
