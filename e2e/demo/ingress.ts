/** An Ingress as a team writes it: every path of the hosts goes to the Service `web`, whose port is called `http`. */
export function ingress(...hosts: readonly string[]): string {
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  ingressClassName: kong
  rules:
${hosts.map(rule).join("")}`;
}

function rule(host: string): string {
  return `  - host: ${host}
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
`;
}
