import type { KeyedCertificate } from "../../support/pki.ts";
import type { Story } from "./story.ts";
import type { Team } from "./team.ts";

/** Has the team have a Secret of the type `kubernetes.io/tls`, in place of one of that name. */
export async function applyTlsSecret(team: Team, name: string, pair: KeyedCertificate): Promise<void> {
  const { code, stderr } = await team.kubectl(["apply", "-f", "-"], { input: JSON.stringify(secretOf(name, pair)) });
  if (code !== 0) throw new Error(stderr);
}

/**
 * Writes another pair into a Secret that is there, through the API itself: who changes one all the time is not to be slowed down by
 * what a process takes to start.
 */
export async function putTlsSecret(
  { cluster: { api } }: Story,
  { namespace }: Team,
  name: string,
  pair: KeyedCertificate,
): Promise<void> {
  await api.must("PUT", `/api/v1/namespaces/${namespace}/secrets/${name}`, secretOf(name, pair));
}

function secretOf(name: string, { certificate, key }: KeyedCertificate): object {
  const data = { "tls.crt": btoa(certificate), "tls.key": btoa(key) };
  return { apiVersion: "v1", kind: "Secret", type: "kubernetes.io/tls", metadata: { name }, data };
}
