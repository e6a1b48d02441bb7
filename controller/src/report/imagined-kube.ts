import { recordName } from "@domain-claims/crds/host";
import type { KubeApi } from "../kube/api.ts";
import type { Claim } from "../world/claim.ts";
import type { HostRecord } from "../world/host-record.ts";
import type { World } from "../world/world.ts";

/** What is known of the cluster, as far as answers to writes are made from it. */
type Known = Pick<World, "claim" | "source">;

/**
 * An API server that answers writes as the real one would, and passes none on. Of what was written it answers reads itself;
 * for everything else the real one is asked.
 */
export function imaginedKube(real: KubeApi, known: Known): KubeApi {
  const claims = new Map<string, Claim>();
  const records = new Map<string, HostRecord | undefined>();
  let versions = 0;
  // The API server's versions are numbers below this, however old its cluster is.
  const nextVersion = (): string => `9${String((versions += 1)).padStart(20, "0")}`;
  const changed = async (
    { namespace, name }: Pick<Claim, "namespace" | "name">,
    fields: Partial<Claim>,
  ): Promise<Claim> => {
    const claim = known.claim(namespace, name);
    if (claim === undefined) throw new Error(`the claim ${namespace}/${name} is gone`);
    const written = { ...claim, ...fields, resourceVersion: nextVersion() };
    claims.set(`${namespace}/${name}`, written);
    return await Promise.resolve(written);
  };
  const kept = async (record: HostRecord): Promise<HostRecord> => {
    records.set(record.name, record);
    return await Promise.resolve(record);
  };

  return {
    ...noOrders,
    orderState: real.orderState,
    findCertificate: real.findCertificate,
    getCertificateRequest: real.getCertificateRequest,
    getSecret: real.getSecret,
    namespaceUid: real.namespaceUid,
    getClaim: async (namespace, name) => claims.get(`${namespace}/${name}`) ?? (await real.getClaim(namespace, name)),
    getRecord: async (name) => (records.has(name) ? records.get(name) : await real.getRecord(name)),
    addFinalizer: (claim) =>
      changed(claim, { finalizers: { count: claim.finalizers.count + 1, ours: claim.finalizers.count } }),
    removeFinalizer: (claim) => changed(claim, { finalizers: { count: claim.finalizers.count - 1, ours: undefined } }),
    applyClaimStatus: (claim, status) => changed(claim, { status }),
    applySourceStatus: () => Promise.resolve(nextVersion()),
    createRecord: (spec) => {
      const name = recordName(spec.host);
      return kept({ ...spec, name, uid: `imagined ${name}`, resourceVersion: nextVersion() });
    },
    updateRecord: ({ name, uid }, spec) => kept({ ...spec, name, uid, resourceVersion: nextVersion() }),
    deleteRecord: async ({ name }) => {
      records.set(name, undefined);
      await Promise.resolve();
    },
    deleteDomainCertificate: () => Promise.resolve(),
  };
}

/** A report orders and approves no certificates, so nobody asks for these. */
const noOrders = {
  createDomainCertificate: refused,
  updateDomainCertificate: refused,
  createCertificate: refused,
  orderCertificate: refused,
  deleteCertificate: refused,
  deleteSecret: refused,
  answerCertificateRequest: refused,
} as const;

async function refused(): Promise<never> {
  return await Promise.reject(new Error("a report orders no certificates"));
}
