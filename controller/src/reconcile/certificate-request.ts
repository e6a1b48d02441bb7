import { decideRequest } from "../decide/certificate-request.ts";
import type { KeyRun, WorkOutcome } from "../queue/work-queue.ts";
import type { RequestContent } from "../translate/certificate-request.ts";
import type { CertificateRequest, RequestReading } from "../world/certificate-request.ts";
import type { IssuerRef } from "../world/domain-certificate.ts";
import { Facts } from "../world/facts.ts";
import { objectKey } from "../world/keys.ts";
import { readCertificateRequest } from "../x509/certificate-request.ts";
import type { Context } from "./context.ts";
import { decisionFor } from "./decided.ts";
import { nameOfItem, splitKey } from "./work-item.ts";
import type { Work } from "./work-item.ts";

/** One CertificateRequest for our issuer: it is read from the API server itself, and approved or denied in just that version. */
export const certificateRequestWork: Work = {
  concurrency: 8,
  concurrencyPerTenant: 2,
  keysFor: (event) =>
    event.kind === "CertificateRequest" && event.type === "set"
      ? [objectKey(event.object.namespace, event.object.name)]
      : [],
  firstKeys: ({ state }) =>
    [...state.world.certificateRequests()].map(({ name, namespace }) => objectKey(namespace, name)),
  tenantOf: (_state, key) => splitKey(key).namespace,
  reconcile,
};

async function reconcile(context: Context, key: string, run: KeyRun): Promise<WorkOutcome | undefined> {
  run.begin();
  const { clock, kube, log, orders, readers, requestDecided, requestsSince, settings, state } = context;
  const item = nameOfItem({ kind: "request", key });
  const { name, namespace } = splitKey(key);
  const before = new Facts(state);
  const request = before.certificateRequest(namespace, name);
  if (orders?.approveRequests !== true || request === undefined || !isFor(orders.issuer, request)) {
    readers.forget(item);
    requestsSince.delete(key);
    return undefined;
  }
  readers.record(item, before.reads);
  // The API server's clock may be ahead of ours.
  const since = Math.min(request.created, requestsSince.get(key) ?? clock.now());
  requestsSince.set(key, since);
  const content = await kube.getCertificateRequest(request);
  if (content === undefined) return undefined;

  const facts = new Facts(state);
  facts.certificateRequest(namespace, name);
  const decision = decideRequest(
    facts,
    (host) => decisionFor(facts, settings, host),
    { namespace, since, reading: readingOf(content) },
    clock.now(),
  );
  readers.record(item, facts.reads);
  if (decision.kind === "Wait") {
    return decision.until === undefined ? undefined : { requeueAfterMs: decision.until - clock.now() };
  }
  const version = { ...request, resourceVersion: content.resourceVersion };
  const object = await kube.answerCertificateRequest(version, { ...decision, at: clock.now() });
  state.world.learn({ type: "set", kind: "CertificateRequest", object });
  requestDecided(decision.kind, decision.reason);
  log.info(
    { namespace, request: name, decision: decision.kind, reason: decision.reason },
    "certificate request decided",
  );
  return undefined;
}

function isFor(ours: IssuerRef, { issuer }: CertificateRequest): boolean {
  return issuer.group === "cert-manager.io" && issuer.kind === ours.kind && issuer.name === ours.name;
}

/** Usages of a server's certificate, in cert-manager's words (cert-manager.io/v1, `KeyUsage`). */
const usages = new Set([
  "signing",
  "digital signature",
  "key encipherment",
  "key agreement",
  "server auth",
  "client auth",
]);

function readingOf({ isCA, pem, usages: asked }: RequestContent): RequestReading {
  const strange = isCA || asked.some((usage) => !usages.has(usage));
  if (!strange) return readCertificateRequest(pem);
  const detail = "asks for a use that a web server has no need of, such as signing other certificates";
  return { ok: false, reason: "NotOnlyHosts", detail };
}
