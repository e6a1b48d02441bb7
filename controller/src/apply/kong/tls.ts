import { KongError } from "../../kong/errors.ts";
import { changedFields } from "../../plan/kong/diff.ts";
import type { KongSni } from "../../plan/kong/entities.ts";
import type { CertificatePlan, TlsPlan } from "../../plan/kong/tls.ts";
import type { KongContext } from "./context.ts";
import { onKongChange, putEntity } from "./entity.ts";
import { stands } from "./stands.ts";

/**
 * Makes Kong serve a host over TLS: the certificate is there before the SNI leads to it, and an SNI that led elsewhere is
 * changed, not made anew. Where what Kong has is to stay and Kong has nothing, there is nothing to do. Throws
 * ForeignEntityError where the server name is somebody else's, KongError and KubeError.
 */
export async function putSni(context: KongContext, plan: TlsPlan, signal: AbortSignal): Promise<void> {
  const { certificate, sni } = plan;
  await putCertificate(context, plan, signal);
  if (context.actual.get("certificates", certificate.id) === undefined) return;
  try {
    await putEntity(context, "snis", sni, signal);
  } catch (error) {
    if (error instanceof KongError && error.kind === "missingReference")
      onKongChange(context, context.actual.delete("certificates", certificate.id));
    throw error;
  }
}

/** The SNI of the plan, if Kong does not have it yet with its certificate. */
export function missingSni(context: KongContext, plan: TlsPlan | undefined): readonly KongSni[] {
  if (plan === undefined) return [];
  const { certificate, sni } = plan;
  if (certificate.known === undefined && context.actual.get("certificates", certificate.id) === undefined) return [];
  return certificateStands(context, certificate) && stands(context, "snis", sni) ? [] : [sni];
}

/** The pair is read for the moment of the write, and only then. */
async function putCertificate(context: KongContext, plan: TlsPlan, signal: AbortSignal): Promise<void> {
  const { certificate, secret } = plan;
  const { id, known } = certificate;
  await context.mutex.run(id, async () => {
    if (known === undefined || certificateStands(context, certificate)) return;
    const pem = await context.pairOf(secret, { certHash: known.cert, keyHash: known.key });
    await putEntity(context, "certificates", { ...known, ...pem }, signal);
  });
}

function certificateStands({ actual }: KongContext, { id, known }: CertificatePlan): boolean {
  if (known === undefined) return true;
  const found = actual.isUnknown("certificates", id) ? undefined : actual.get("certificates", id);
  return found !== undefined && changedFields(known, known, found) === undefined;
}
