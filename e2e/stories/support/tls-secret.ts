import type { KeyedCertificate } from "../../support/pki.ts";
import type { Team } from "./team.ts";

/** Has the team have a Secret of the type `kubernetes.io/tls`, in place of one of that name. */
export async function applyTlsSecret(team: Team, name: string, { certificate, key }: KeyedCertificate): Promise<void> {
  const data = { "tls.crt": btoa(certificate), "tls.key": btoa(key) };
  const secret = { apiVersion: "v1", kind: "Secret", type: "kubernetes.io/tls", metadata: { name }, data };
  const { code, stderr } = await team.kubectl(["apply", "-f", "-"], { input: JSON.stringify(secret) });
  if (code !== 0) throw new Error(stderr);
}
