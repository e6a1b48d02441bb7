import type { Host } from "@domain-claims/crds/hostname";
import { decideRequest } from "../decide/certificate-request.ts";
import type { KeyRun, WorkOutcome } from "../queue/work-queue-options.ts";
import type { RequestContent } from "../translate/certificate-request.ts";
import { isForIssuer } from "../world/certificate-request.ts";
import type { CertificateRequest, RequestReading } from "../world/certificate-request.ts";
import { certificateName, domainOf } from "../world/domain-certificate.ts";
import { Facts } from "../world/facts.ts";
import { objectKey } from "../world/keys.ts";
import { readCertificateRequest } from "../x509/certificate-request.ts";
import type { Context } from "./context.ts";
import { decisionFor } from "./decided.ts";
import { nameOfItem, splitKey } from "./work-item.ts";
import type { Work } from "./work-row.ts";

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
  const { approvalPauses, clock, kube, log, orders, readers, requestDecided, requestsSince, settings, state } = context;
  const item = nameOfItem({ kind: "request", key });
  const { name, namespace } = splitKey(key);
  const before = new Facts(state);
  const request = before.certificateRequest(namespace, name);
  if (orders?.approveRequests !== true || request === undefined || !isForIssuer(request, orders.issuer)) {
    readers.forget(item);
    requestsSince.delete(key);
    return undefined;
  }
  readers.record(item, before.reads);
  // Of how requests are counted nothing is recorded: very many would be looked at again with each order of their namespace.
  const account = accountOf(new Facts(state), request);
  const paused = (approvalPauses.get(account.key) ?? 0) - clock.now();
  if (paused > 0) return { requeueAfterMs: paused };
  // The API server's clock may be ahead of ours.
  const since = Math.min(request.created, requestsSince.get(key) ?? clock.now());
  requestsSince.set(key, since);
  const content = await kube.getCertificateRequest(request);
  // One that was made again may ask another issuer: the watch tells of it.
  if (content === undefined || content.uid !== request.uid) return undefined;

  const facts = new Facts(state);
  facts.certificateRequest(namespace, name);
  const reading = readingOf(content);
  const decision = decideRequest(
    facts,
    (host) => decisionFor(facts, settings, host),
    { namespace, since, reading },
    clock.now(),
  );
  readers.record(item, facts.reads);
  if (decision.kind === "Approved" && reading.ok && !mayApprove(context, account, namespace, reading.hosts)) {
    pause(context, account);
    return { requeueAfterMs: pauseMs };
  }
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

/** Milliseconds for which requests wait when too many have been approved. */
const pauseMs = 60_000;

/** Has the requests of an account wait, and forgets those pauses that are over: they stand in their order. */
function pause({ approvalPauses, clock }: Context, { key }: Account): void {
  const now = clock.now();
  approvalPauses.delete(key);
  approvalPauses.set(key, now + pauseMs);
  for (const [other, until] of approvalPauses) {
    if (until > now) break;
    approvalPauses.delete(other);
  }
}

/** What approvals are counted by: an order of the controller's own that is under way, or the namespace. */
interface Account {
  readonly key: string;
  /** What the order is for; undefined: it is none of the controller's own. */
  readonly names: readonly Host[] | undefined;
}

/** The account of a request, by the Certificate that owns it: one of the controller's own by its UID, too. */
function accountOf(facts: Facts, { certificate, namespace }: CertificateRequest): Account {
  const { name, uid } = certificate ?? { name: "", uid: "" };
  const domain = domainOf(name);
  const stored = domain === undefined ? undefined : facts.domainCertificate(namespace, domain);
  const known = facts.orderedCertificates(namespace, domain ?? "").find((one) => one.name === name);
  const isOurs = known?.uid === uid && known.owner.uid === stored?.uid;
  const own = stored?.group.certificates.find(
    ({ number, running }) => isOurs && running && name === certificateName(stored.name, number),
  );
  return own === undefined
    ? { key: namespace, names: undefined }
    : { key: `${namespace}/${name} ${String(own.orderedAt)}`, names: own.names };
}

/**
 * False while too many requests have been approved: each is an order, which the whole cluster has a limited number of. An order
 * of the controller's own is counted where it is made, and approved again only as often as cert-manager may have to ask.
 */
function mayApprove(context: Context, { key, names }: Account, namespace: string, hosts: readonly Host[]): boolean {
  const isOwn = names !== undefined && names.length === hosts.length && names.every((host) => hosts.includes(host));
  return (isOwn && context.mayApproveOwn(key)) || context.mayApproveOthers(namespace);
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

/**
 * Days for which a certificate may be valid: as long as those that browsers trust (CA/Browser Forum, ballot SC-081). It outlives
 * the claim, so whoever holds a host for a minute would have a certificate for it for as long as the issuer grants.
 */
const mostDays = 200;

function readingOf({ isCA, pem, usages: asked, validMs = 0 }: RequestContent): RequestReading {
  if (!(validMs <= mostDays * 86_400_000)) {
    const detail = `asks for a certificate that is valid for more than ${String(mostDays)} days`;
    return { ok: false, reason: "RequestInvalid", detail };
  }
  const strange = isCA || asked.some((usage) => !usages.has(usage));
  if (!strange) return readCertificateRequest(pem);
  const detail = "asks for a use that a web server has no need of, such as signing other certificates";
  return { ok: false, reason: "NotOnlyHosts", detail };
}
